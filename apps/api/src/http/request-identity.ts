import type { IncomingMessage } from 'node:http';
import { AppError } from '@agent-engine/errors';

/** Who asks, as verified. The partition is in PartitionContext. */
export interface RequestIdentity {
  requestId: string;
  subject: string | undefined;
  role: string | undefined;
}

const identities = new WeakMap<IncomingMessage, RequestIdentity>();

/** Only the gateway calls this, after it has verified the credential. */
export function admit(request: IncomingMessage, identity: RequestIdentity): void {
  identities.set(request, Object.freeze(identity));
}

export const isAdmitted = (request: IncomingMessage): boolean => identities.has(request);

/** For the GraphQL context factory. @throws AppError `auth.required` for a request that passed no gateway */
export function requestIdentity(request: IncomingMessage): RequestIdentity {
  const identity = identities.get(request);
  if (!identity) throw new AppError('auth.required', 'The request carries no verified credential.');
  return identity;
}
