import {
  BrokenCircuitError,
  circuitBreaker,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  handleWhen,
} from 'cockatiel';
import { LRUCache } from 'lru-cache';
import { ProviderError } from '../provider-error.ts';

export interface BreakerOptions {
  /** Failures in a row after which an account is left alone. */
  failures?: number;
  /** For how long, before one request tries it again. */
  restMs?: number;
}

/** Accounts of tenants nobody asks for any more are forgotten. */
const MAX_ACCOUNTS = 10_000;

/** One breaker per provider and key, for all runs of this process: make one of these per process. */
export class CircuitBreakers {
  private readonly failures: number;
  private readonly restMs: number;
  private readonly byAccount = new LRUCache<string, CircuitBreakerPolicy>({ max: MAX_ACCOUNTS });

  constructor({ failures = 10, restMs = 5_000 }: BreakerOptions = {}) {
    this.failures = failures;
    this.restMs = restMs;
  }

  /**
   * Does the work unless the account has failed too often just now. Only what may pass by itself counts: an overloaded,
   * silent or unreachable provider, and none that understood a request and did not want it.
   * @throws ProviderError `provider.unavailable`, to be tried again after the rest; what the work throws
   */
  async run<T>(account: string, work: () => Promise<T>): Promise<T> {
    try {
      return await this.breaker(account).execute(work);
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      throw new ProviderError('provider.unavailable', {
        cause: error,
        retryable: true,
        retryAfterMs: this.restMs,
      });
    }
  }

  private breaker(account: string): CircuitBreakerPolicy {
    const known = this.byAccount.get(account);
    if (known) return known;
    const made = circuitBreaker(
      handleWhen((error) => error instanceof ProviderError && error.retryable),
      { halfOpenAfter: this.restMs, breaker: new ConsecutiveBreaker(this.failures) },
    );
    this.byAccount.set(account, made);
    return made;
  }
}
