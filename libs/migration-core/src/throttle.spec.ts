import fc from 'fast-check';
import { Throttle } from './throttle.ts';

/** Sends requests of `cost` units whenever allowed, for so many seconds; says how many units were used. */
function drive(
  throttle: Throttle,
  from: number,
  seconds: number,
  cost: () => number,
  refuse = false,
): number {
  let used = 0;
  for (let now = from; now < from + seconds * 1000; now += Math.max(1, throttle.waitMs(now))) {
    if (throttle.waitMs(now) > 0) continue;
    const units = cost();
    throttle.consumed(units, now);
    used += units;
    if (refuse) throttle.throttled(now);
  }
  return used;
}

describe('throttle', () => {
  it('uses the limit and no more, whatever requests turn out to cost', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 5000 }), fc.integer({ min: 1, max: 60 }), (limit, cost) => {
        const used = drive(new Throttle(limit, 0), 0, 20, () => cost);
        // A second's worth had gathered at the start, and the last request may overdraw.
        expect(used).toBeLessThanOrEqual(limit * 21 + cost);
        expect(used).toBeGreaterThanOrEqual(Math.min(limit, cost * 900) * 20 * 0.9);
      }),
      { numRuns: 50 },
    );
  });

  it('halves once for all refusals of a second, says so, and finds back to the limit', () => {
    const throttle = new Throttle(100, 0);
    for (let now = 0; now < 500; now += 10) throttle.throttled(now);
    expect(throttle.unitsPerSecond(500)).toBe(50);
    expect(throttle.reason(500)).toBe('The database throttles: 50.0 of 100 units per second.');
    expect(throttle.unitsPerSecond(5_500)).toBeGreaterThan(60);
    expect(throttle.unitsPerSecond(60_000)).toBe(100);
    expect(throttle.reason(60_000)).toBeUndefined();
  });

  it('halves again while refusals go on', () => {
    const throttle = new Throttle(100, 0);
    for (let now = 0; now < 2_500; now += 10) throttle.throttled(now);
    expect(throttle.unitsPerSecond(2_500)).toBe(12.5);
  });

  it('never stops for good, however often it is refused', () => {
    const throttle = new Throttle(100, 0);
    drive(throttle, 0, 60, () => 1, true);
    expect(throttle.unitsPerSecond(60_000)).toBeGreaterThanOrEqual(1);
    expect(drive(throttle, 60_000, 60, () => 1)).toBeGreaterThan(100);
  });

  it('waits as long as its debt takes, and says why', () => {
    const throttle = new Throttle(100, 0);
    throttle.consumed(350, 0);
    expect(throttle.waitMs(0)).toBe(2500);
    expect(throttle.reason(0)).toContain('used up');
    expect(throttle.waitMs(2501)).toBe(0);
  });

  it('obeys a new limit at once', () => {
    const throttle = new Throttle(1000, 0);
    throttle.retune(10, 0);
    expect(drive(throttle, 0, 10, () => 1)).toBeLessThanOrEqual(111);
    throttle.retune(1000, 10_000);
    expect(drive(throttle, 10_000, 10, () => 1)).toBeGreaterThan(5000);
  });

  it('gets nothing from a clock that steps back', () => {
    const throttle = new Throttle(100, 10_000);
    throttle.consumed(200, 10_000);
    expect(throttle.waitMs(0)).toBe(1000);
    expect(throttle.waitMs(10_000)).toBe(1000);
  });

  it.each([0, -1, NaN, Infinity])('refuses %s as a limit', (limit) => {
    expect(() => new Throttle(limit, 0)).toThrow(RangeError);
  });
});
