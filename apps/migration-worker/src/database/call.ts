import { setTimeout as delay } from 'node:timers/promises';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { isThrottle, isTransient } from './transient.ts';

/** Long enough for a failover of the service; a migration has time, an operator who sees an error has not. */
const MAX_ATTEMPTS = 40;

const policy = retry(handleWhen(isTransient), {
  maxAttempts: MAX_ATTEMPTS,
  backoff: new ExponentialBackoff({ initialDelay: 20, maxDelay: 2_000, exponent: 1.7 }),
});

/**
 * Tries a call until it succeeds or fails for good. `onThrottle` hears of every throttle, so that the rate adapts.
 * The SDK's own retries are off: their quota would run dry in a bad hour, and they would hide throttles.
 */
export async function patiently<T>(
  attempt: () => Promise<T>,
  { onThrottle, signal }: { onThrottle?: () => void; signal?: AbortSignal } = {},
): Promise<T> {
  return policy.execute(async () => {
    try {
      return await attempt();
    } catch (error) {
      if (isThrottle(error)) onThrottle?.();
      throw error;
    }
  }, signal);
}

/** Pause between attempts that the caller counts itself: 20 ms, doubling up to a second, with jitter. */
export async function backOff(attempt: number): Promise<void> {
  await delay(Math.min(1_000, 20 * 2 ** attempt) * (0.5 + Math.random() / 2));
}
