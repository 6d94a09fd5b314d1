import { AppError } from '@agent-engine/errors';
import { Partition } from '@agent-engine/partition';
import type { Credential } from './credential.ts';

/** @throws AppError `partition.invalid`, `partition.forbidden` */
export function assertEndpoint(credential: Credential, endpointId: string): void {
  Partition.of(endpointId); // a malformed name is told as such, whoever asks
  if (!credential.endpointIds.includes(endpointId)) throw forbidden();
}

/**
 * The partition of a request: the credential decides, the wish chooses among what it allows and is never
 * replaced by something else.
 * @throws AppError `partition.invalid`, `partition.ambiguous`, `partition.forbidden`
 */
export function choosePartition(
  credential: Credential,
  endpointId: string,
  wish: string | undefined,
): Partition {
  assertEndpoint(credential, endpointId);
  const partition = Partition.of(endpointId, wish ?? defaultPart(credential, endpointId));
  if (credential.partIds !== '*' && !credential.partIds.includes(partition.partId)) throw forbidden();
  return partition;
}

/** Callers from before partitions name none: they get the only one they have, or the endpoint's own. */
function defaultPart({ partIds }: Credential, endpointId: string): string {
  if (partIds === '*') return endpointId;
  const [only, ...others] = partIds;
  if (only === undefined) throw forbidden();
  if (others.length > 0) {
    throw new AppError(
      'partition.ambiguous',
      'The credential is valid for several parts: name one, for instance in the header Part-Id.',
    );
  }
  return only;
}

/** The same words for a wrong endpoint and a wrong part: which of them exist is nobody's business. */
const forbidden = () =>
  new AppError('partition.forbidden', 'The credential is not valid for this endpoint and part.');
