import { setTimeout as delay } from 'node:timers/promises';
import { Throttle } from '@agent-engine/migration-core';

export interface Rates {
  /** Capacity units per second. */
  write: number;
  read: number;
}

/**
 * Keeps this worker within its share of the capacity: what calls consumed is taken out afterwards, throttles halve
 * the rate, success brings it back. Following changes comes before checking and copying.
 */
export class Governor {
  private readonly buckets: Record<keyof Rates, Throttle>;
  private limits: Rates;
  private used: Rates = { write: 0, read: 0 };

  constructor(limits: Rates) {
    this.limits = limits;
    const now = performance.now();
    this.buckets = {
      write: new Throttle(limits.write, now),
      read: new Throttle(limits.read, now),
    };
  }

  /** Takes effect at once; a rate that throttles have lowered stays so while the limits stay the same. */
  retune(limits: Rates): void {
    const now = performance.now();
    for (const kind of ['write', 'read'] as const) {
      if (this.limits[kind] !== limits[kind]) this.buckets[kind].retune(limits[kind], now);
    }
    this.limits = limits;
  }

  /** Waits until the debt of earlier calls is paid. Tails do not wait: a late event costs more than a burst. */
  async admit(kind: keyof Rates, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const wait = this.buckets[kind].waitMs(performance.now());
      if (wait <= 0) return;
      await delay(Math.min(wait, 1_000), undefined, { signal }).catch(() => {});
      if (signal?.aborted) return;
    }
  }

  consumed(kind: keyof Rates, units: number): void {
    this.used[kind] += units;
    this.buckets[kind].consumed(units, performance.now());
  }

  throttled(kind: keyof Rates): void {
    this.buckets[kind].throttled(performance.now());
  }

  /** Units used since this was asked last. */
  takeUsed(): Rates {
    const { used } = this;
    this.used = { write: 0, read: 0 };
    return used;
  }

  get reason(): string {
    const now = performance.now();
    return this.buckets.write.reason(now) ?? this.buckets.read.reason(now) ?? '';
  }
}
