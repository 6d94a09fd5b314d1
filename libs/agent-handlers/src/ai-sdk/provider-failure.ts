import { AppError } from '@agent-engine/errors';
import {
  APICallError,
  InvalidPromptError,
  JSONParseError,
  StreamProviderError,
  TypeValidationError,
  UnsupportedFunctionalityError,
} from 'ai';
import { ProviderError } from '../provider-error.ts';
import { retryAfterMs } from './retry-after.ts';

/** What went wrong at the provider, told apart by what a caller or operator can do about it. */
export function providerFailure(error: unknown): AppError {
  const ours = inCauses(error, (cause) => cause instanceof AppError);
  if (ours) return ours;
  const malformed = inCauses(
    error,
    (cause) => JSONParseError.isInstance(cause) || TypeValidationError.isInstance(cause),
  );
  if (APICallError.isInstance(error) && error.statusCode !== undefined && error.statusCode >= 400) {
    return byStatus(error.statusCode, error, retryAfterMs(error.responseHeaders));
  }
  if (StreamProviderError.isInstance(error)) return byStatus(error.statusCode ?? 500, error);
  if (malformed) return new ProviderError('provider.malformed', { cause: error });
  if (UnsupportedFunctionalityError.isInstance(error) || InvalidPromptError.isInstance(error)) {
    return new ProviderError('provider.refused', { cause: error }); // the library knew before asking
  }
  return new ProviderError('provider.unavailable', { cause: error, retryable: true });
}

function byStatus(status: number, cause: unknown, retryAfter?: number): ProviderError {
  if (status === 401 || status === 403) return new ProviderError('provider.authentication', { cause });
  if (status === 429) {
    return new ProviderError('provider.rateLimited', { cause, retryable: true, retryAfterMs: retryAfter });
  }
  if (status >= 500 || status === 408 || status === 409) {
    return new ProviderError('provider.unavailable', { cause, retryable: true, retryAfterMs: retryAfter });
  }
  return new ProviderError('provider.refused', { cause });
}

function inCauses<T extends Error>(error: unknown, matches: (cause: Error) => cause is T): T | undefined;
function inCauses(error: unknown, matches: (cause: Error) => boolean): Error | undefined;
function inCauses(error: unknown, matches: (cause: Error) => boolean): Error | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (matches(cause)) return cause;
  return undefined;
}
