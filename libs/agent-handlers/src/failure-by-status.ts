import { AppError } from '@agent-engine/errors';
import { ProviderError } from './provider-error.ts';

/** What an HTTP status of a provider means for those who asked. */
export function failureByStatus(status: number, cause: unknown, retryAfterMs?: number): ProviderError {
  if (status === 401 || status === 403) return new ProviderError('provider.authentication', { cause });
  if (status === 429)
    return new ProviderError('provider.rateLimited', { cause, retryable: true, retryAfterMs });
  if (status >= 500 || status === 408 || status === 409) {
    return new ProviderError('provider.unavailable', { cause, retryable: true, retryAfterMs });
  }
  return new ProviderError('provider.refused', { cause });
}

/** SDKs wrap what their fetch throws; an error of ours inside says more than theirs. */
export function ownError(error: unknown): AppError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AppError) return cause;
  }
  return undefined;
}
