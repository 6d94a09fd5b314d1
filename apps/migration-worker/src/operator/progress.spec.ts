import { NO_COUNTS, type Unit } from '../control/unit.ts';
import type { WorkerReport } from '../control/worker-registry.ts';
import { lagSeconds, progressOf } from './progress.ts';

const scan = (more: Partial<Unit>): Unit => ({
  ...NO_COUNTS,
  item: 'unit',
  kind: 'copy',
  table: 'threads',
  epoch: 1,
  expected: 1_000,
  done: false,
  leaseEpoch: 0,
  rev: 0,
  tipProbe: 0,
  lagMs: 0,
  ...more,
});
/** Progress reads nothing else of a worker. */
const worker = (mean: number, error: number, table = 'threads') =>
  ({ copyRates: { [table]: { mean, error } } }) as unknown as WorkerReport;

describe('progress', () => {
  it('moves within a segment, by the rows that are in it', () => {
    const other = scan({ done: true, scanned: 1_000 });
    expect(progressOf([scan({ scanned: 0 }), other], []).percent).toBe(50);
    expect(progressOf([scan({ scanned: 500 }), other], []).percent).toBe(75);
  });

  it('is 100 only when nothing is left, whatever the count of the table said', () => {
    expect(progressOf([scan({ scanned: 5_000 })], []).percent).toBeLessThan(100);
    expect(progressOf([scan({ scanned: 1, done: true })], [])).toEqual({
      percent: 100,
      etaSeconds: 0,
      etaInterval: [0, 0],
    });
  });

  it('tells when it will be ready, over all workers, and between when and when', () => {
    const left = [scan({ scanned: 100 })];
    expect(progressOf(left, [worker(6, 3), worker(3, 4)])).toMatchObject({
      etaSeconds: 100,
      etaInterval: [Math.floor(900 / 14), Math.ceil(900 / 4)],
    });
    // A rate that may as well be none has no upper end; no rate has no estimate.
    expect(progressOf(left, [worker(9, 9)]).etaInterval).toEqual([50, null]);
    expect(progressOf(left, [worker(9, 1, 'agents')])).toMatchObject({ etaSeconds: null, etaInterval: null });
  });
});

describe('lag', () => {
  const now = 1_000_000_000;
  const tail = (more: Partial<Unit>) => scan({ kind: 'tail', tipAt: now - 30_000, ...more });

  it('is that of the slowest shard', () => {
    expect(lagSeconds([tail({ lagMs: 250 }), tail({ lagMs: 1_540 })], now)).toBe(1.5);
  });

  it('grows while nobody reads', () => {
    expect(lagSeconds([tail({})], now)).toBe(0);
    expect(lagSeconds([tail({ tipAt: now - 600_000 })], now)).toBe(600);
    expect(lagSeconds([tail({ tipAt: now - 600_000, positionAt: now - 90_000 })], now)).toBe(90);
  });
});
