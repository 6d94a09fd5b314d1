/** Of the present second in a rate for people, who want to see what happens now. */
const PRESENT = 0.4;
/** Of the present second in a rate that the future is told from. */
const COMING = 0.15;
/** A mean so weighted is as sure as that of so many seconds. */
const SECONDS = (2 - COMING) / COMING;

interface Estimate {
  mean: number;
  variance: number;
}

export interface Rates {
  rates: Record<string, number>;
  copyRates: Record<string, { mean: number; error: number }>;
}

/** Rows and events dealt with in this process, per table, as a rate over the last seconds. */
export class Meter {
  private counts = new Map<string, { rows: number; events: number }>();
  private last = performance.now();
  private readonly rates = new Map<string, number>();
  private readonly copying = new Map<string, Estimate>();

  count(table: string, amount: number, what: 'rows' | 'events' = 'rows'): void {
    const count = this.counts.get(table) ?? { rows: 0, events: 0 };
    count[what] += amount;
    this.counts.set(table, count);
  }

  /** Rates since this was asked last, smoothed. */
  sample(): Rates {
    const now = performance.now();
    const seconds = Math.max(0.05, (now - this.last) / 1_000);
    this.last = now;
    for (const table of new Set([...this.rates.keys(), ...this.counts.keys()])) {
      const { rows, events } = this.counts.get(table) ?? { rows: 0, events: 0 };
      this.rates.set(table, smoothed(this.rates.get(table), (rows + events) / seconds));
      const copying = this.copying.get(table);
      if (copying || rows > 0) this.copying.set(table, estimated(copying, rows / seconds));
    }
    this.counts = new Map();
    return {
      rates: Object.fromEntries(this.rates),
      copyRates: Object.fromEntries(
        [...this.copying].map(([table, { mean, variance }]) => [
          table,
          { mean, error: 2 * Math.sqrt(variance / SECONDS) },
        ]),
      ),
    };
  }
}

function smoothed(before: number | undefined, now: number): number {
  const rate = before === undefined ? now : before * (1 - PRESENT) + now * PRESENT;
  return rate < 0.05 ? 0 : Math.round(rate * 10) / 10;
}

/** Mean and variance, weighted by age. */
function estimated(before: Estimate | undefined, now: number): Estimate {
  if (!before) return { mean: now, variance: 0 };
  const step = (now - before.mean) * COMING;
  return {
    mean: before.mean + step,
    variance: (1 - COMING) * (before.variance + (now - before.mean) * step),
  };
}
