import { setTimeout as delay } from 'node:timers/promises';
import { ProviderError } from './provider-error.ts';

export interface RetryPolicy {
  retries: number;
  /** Wait before the first retry in milliseconds; doubles each time. */
  baseDelayMs: number;
  /** A provider that asks for a longer wait is not asked again. */
  maxDelayMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { retries: 2, baseDelayMs: 500, maxDelayMs: 10_000 };

/**
 * Runs an attempt again while it fails retryably before its first event. Afterwards a second attempt would repeat
 * what has been passed on.
 */
export async function* retryBeforeFirstEvent<T>(
  attempt: () => AsyncIterable<T>,
  signal: AbortSignal,
  policy: RetryPolicy = DEFAULT_RETRY,
): AsyncGenerator<T> {
  for (let failures = 0; ; failures++) {
    let begun = false;
    try {
      for await (const event of attempt()) {
        begun = true;
        yield event;
      }
      return;
    } catch (error) {
      const wait = begun || failures >= policy.retries ? undefined : waitBefore(error, failures, policy);
      if (wait === undefined) throw error;
      await delay(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

/** Undefined when the attempt must not be repeated. Half of the wait is random so that runs spread out. */
function waitBefore(error: unknown, failures: number, policy: RetryPolicy): number | undefined {
  if (!(error instanceof ProviderError) || !error.retryable) return undefined;
  const wait = error.retryAfterMs ?? policy.baseDelayMs * 2 ** failures * (0.5 + Math.random() / 2);
  return wait <= policy.maxDelayMs ? wait : undefined;
}
