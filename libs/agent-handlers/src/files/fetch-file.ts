import { AppError } from '@agent-engine/errors';
import type { EgressGuard } from '../egress/guarded-fetch.ts';
import { boundedBody } from './bounded-body.ts';

const TIMEOUT_MS = 20_000;

/**
 * A file from a URL that a tenant wrote: through the guard, with every redirect, in bounded time and size.
 * @throws AppError `egress.forbidden`, `argument.tooLarge`, and `argument.invalid` when it cannot be had
 */
export async function fetchFile(
  egress: EgressGuard,
  uri: string,
  { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal },
): Promise<Uint8Array<ArrayBuffer>> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await egress.fetch(uri, {
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    if (response.ok) return await boundedBody(response, maxBytes);
    await response.body?.cancel();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw new AppError('argument.invalid', 'file_uri could not be fetched.', { cause: error });
  }
  throw new AppError('argument.invalid', 'file_uri does not lead to a file.');
}
