import { AppError } from '@agent-engine/errors';
import { ProviderError } from './provider-error.ts';

/** What an HTTP status of a provider means for those who asked. */
export function failureByStatus(status: number, cause: unknown, retryAfterMs?: number): ProviderError {
  if (status === 401 || status === 403) return new ProviderError('provider.authentication', { cause });
  // Google knows no 401 for a key that is wrong.
  if (status === 400 && says(cause, BAD_KEY)) return new ProviderError('provider.authentication', { cause });
  if (status === 429)
    return new ProviderError('provider.rateLimited', { cause, retryable: true, retryAfterMs });
  if (says(cause, TOO_LONG)) return new ProviderError('provider.contextLength', { cause });
  if (status === 408 || status === 504)
    return new ProviderError('provider.timedOut', { cause, retryable: true, retryAfterMs });
  // 424: what Bedrock says when the model itself failed.
  if (status >= 500 || status === 409 || status === 424) {
    return new ProviderError('provider.unavailable', { cause, retryable: true, retryAfterMs });
  }
  return new ProviderError('provider.refused', { cause });
}

/**
 * Providers have a code or only words for a conversation that is too long: OpenAI `context_length_exceeded`, vLLM
 * "maximum context length", Anthropic "prompt is too long", Bedrock "Input is too long", Gemini "input token count
 * exceeds the maximum", Ollama "exceeds the available context size".
 */
const TOO_LONG =
  /context_length_exceeded|(maximum|available|exceeds?\b.{0,40}) context (length|size|window)|context (length|size|window).{0,40}exceed|(prompt|input) is too long|input token count.{0,40}exceeds/i;

const BAD_KEY = /API_KEY_INVALID|API key (not valid|expired)/;

/** How much of what a provider said is looked at. */
const MAX_WORDS = 10_000;

function says(cause: unknown, words: RegExp): boolean {
  if (!(cause instanceof Error)) return false;
  const { message, responseBody, code } = cause as Error & { responseBody?: unknown; code?: unknown };
  return [message, responseBody, code].some(
    (said) => typeof said === 'string' && words.test(said.slice(0, MAX_WORDS)),
  );
}

/** SDKs wrap what their fetch throws; an error of ours inside says more than theirs. */
export function ownError(error: unknown): AppError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AppError) return cause;
  }
  return undefined;
}
