import { ProviderError } from '../provider-error.ts';

export interface RetryPolicy {
  /** Further attempts with the same model. */
  retries: number;
  /** Wait before the first of them in milliseconds; doubles each time. */
  baseDelayMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { retries: 2, baseDelayMs: 500 };

/** A wait the provider asks for is a minimum; all who were told the same must not come back at the same moment. */
const SPREAD_MS = 100;

/**
 * How long to wait before the next attempt, in milliseconds; undefined when there must be none.
 * @param failures attempts that have failed, this one included
 * @param timeLeftMs until the run has to be over: a wait that takes all of it is none
 */
export function waitBeforeRetry(
  error: unknown,
  failures: number,
  { retries, baseDelayMs }: RetryPolicy,
  timeLeftMs: number,
): number | undefined {
  if (!(error instanceof ProviderError) || !error.retryable || failures > retries) return undefined;
  const wait =
    error.retryAfterMs === undefined
      ? baseDelayMs * 2 ** (failures - 1) * (0.5 + Math.random() / 2)
      : error.retryAfterMs + Math.random() * SPREAD_MS;
  return wait < timeLeftMs ? wait : undefined;
}
