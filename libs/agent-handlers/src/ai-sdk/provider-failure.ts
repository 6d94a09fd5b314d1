import type { AppError } from '@agent-engine/errors';
import {
  APICallError,
  InvalidPromptError,
  JSONParseError,
  StreamProviderError,
  TypeValidationError,
  UnsupportedFunctionalityError,
} from 'ai';
import { failureByStatus, ownError } from '../failure-by-status.ts';
import { ProviderError } from '../provider-error.ts';
import { retryAfterMs, retryDelayMs } from './retry-after.ts';

/** All that is left of a parse error when it concerns the first event of an Anthropic stream. */
const UNREADABLE_FIRST_EVENT = 'Expected a normalized Anthropic stream error';

/** What the codec of AWS event streams says of bytes that are none. */
const UNREADABLE_FRAME = /checksum specified in the message|message length .* does not match/i;

/** What went wrong at the provider, told apart by what a caller or operator can do about it. */
export function providerFailure(error: unknown): AppError {
  const ours = ownError(error);
  if (ours) return ours;
  const malformed = inCauses(
    error,
    (cause) =>
      JSONParseError.isInstance(cause) ||
      TypeValidationError.isInstance(cause) ||
      cause.message === UNREADABLE_FIRST_EVENT ||
      UNREADABLE_FRAME.test(cause.message),
  );
  if (APICallError.isInstance(error) && error.statusCode !== undefined && error.statusCode >= 400) {
    return failureByStatus(
      error.statusCode,
      error,
      retryAfterMs(error.responseHeaders) ?? retryDelayMs(error.responseBody),
    );
  }
  if (StreamProviderError.isInstance(error)) return failureByStatus(error.statusCode ?? 500, error);
  if (malformed) return new ProviderError('provider.malformed', { cause: error });
  if (UnsupportedFunctionalityError.isInstance(error) || InvalidPromptError.isInstance(error)) {
    return new ProviderError('provider.refused', { cause: error }); // the library knew before asking
  }
  return new ProviderError('provider.unavailable', { cause: error, retryable: true });
}

function inCauses(error: unknown, matches: (cause: Error) => boolean): Error | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (matches(cause)) return cause;
  return undefined;
}
