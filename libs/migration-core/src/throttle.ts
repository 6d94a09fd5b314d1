/** Units that may have gathered unused: as many as a second brings. */
const BURST_SECONDS = 1;
const DECREASE = 0.5;
/** Of the limit, regained in each second without throttling. */
const INCREASE_PER_SECOND = 0.05;
/** Of the limit: a rate that falls further would never learn that there is room again. */
const FLOOR = 0.01;
/** Answers that were on their way when the rate fell say nothing about the new rate. */
const SETTLE_MS = 1000;

/**
 * How fast requests may go: a bucket that fills with `limit` units a second and is charged afterwards with what
 * requests consumed, so that it can be in debt. Where the database throttles, the rate halves, and then grows back
 * slowly. All times in milliseconds of one clock, passed in.
 */
export class Throttle {
  private limit: number;
  private rate: number;
  private available: number;
  private since: number;
  private throttledAt = -Infinity;
  private loweredAt = -Infinity;

  constructor(limit: number, now: number) {
    assertLimit(limit);
    this.limit = limit;
    this.rate = limit;
    this.available = limit * BURST_SECONDS;
    this.since = now;
  }

  /** How long to wait before the next request; 0 for now. */
  waitMs(now: number): number {
    this.refill(now);
    return this.available > 0 ? 0 : Math.max(1, Math.ceil((-this.available / this.rate) * 1000));
  }

  /** Charges what a request has consumed. */
  consumed(units: number, now: number): void {
    this.refill(now);
    this.available -= units;
  }

  /** The database refused a request for its rate. */
  throttled(now: number): void {
    this.refill(now);
    if (now - this.loweredAt >= SETTLE_MS) {
      this.loweredAt = now;
      this.rate = Math.max(this.limit * FLOOR, this.rate * DECREASE);
      this.available = Math.min(this.available, 0);
    }
    this.throttledAt = now;
  }

  /** Changes the limit while running; the rate starts again from it. */
  retune(limit: number, now: number): void {
    assertLimit(limit);
    this.refill(now);
    this.limit = limit;
    this.rate = limit;
    this.available = Math.min(this.available, limit * BURST_SECONDS);
  }

  /** Units per second at present. */
  unitsPerSecond(now: number): number {
    this.refill(now);
    return this.rate;
  }

  /** What slows requests down, for people; undefined if nothing does. */
  reason(now: number): string | undefined {
    const wait = this.waitMs(now);
    if (this.rate < this.limit)
      return `The database throttles: ${this.rate.toFixed(1)} of ${this.limit} units per second.`;
    return wait > 0 ? `The limit of ${this.limit} units per second is used up.` : undefined;
  }

  private refill(now: number): void {
    const seconds = (now - this.since) / 1000;
    if (seconds <= 0) return; // a clock that steps back gives nothing
    this.since = now;
    const calm = Math.min(seconds, Math.max(0, (now - this.throttledAt - SETTLE_MS) / 1000));
    this.rate = Math.min(this.limit, this.rate + calm * INCREASE_PER_SECOND * this.limit);
    this.available = Math.min(this.rate * BURST_SECONDS, this.available + seconds * this.rate);
  }
}

function assertLimit(limit: number): void {
  if (!Number.isFinite(limit) || limit <= 0)
    throw new RangeError(`A limit is a number of units per second above 0, not ${limit}.`);
}
