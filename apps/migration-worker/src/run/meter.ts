/** Rows and events dealt with in this process, per table, as a rate over the last seconds. */
export class Meter {
  private readonly counts = new Map<string, number>();
  private last = performance.now();
  private rates: Record<string, number> = {};

  count(table: string, amount: number): void {
    this.counts.set(table, (this.counts.get(table) ?? 0) + amount);
  }

  /** Rates since this was asked last, smoothed. */
  sample(): Record<string, number> {
    const now = performance.now();
    const seconds = Math.max(0.05, (now - this.last) / 1_000);
    this.last = now;
    const tables = new Set([...Object.keys(this.rates), ...this.counts.keys()]);
    this.rates = Object.fromEntries(
      [...tables].map((table) => {
        const current = (this.counts.get(table) ?? 0) / seconds;
        const before = this.rates[table];
        const rate = before === undefined ? current : before * 0.6 + current * 0.4;
        return [table, rate < 0.05 ? 0 : Math.round(rate * 10) / 10];
      }),
    );
    this.counts.clear();
    return this.rates;
  }
}
