import type { Unit } from '../control/unit.ts';
import type { WorkerReport } from '../control/worker-registry.ts';

export interface Progress {
  /** Of the rows to scan, within segments too. 100 only when nothing is left. */
  percent: number;
  /** Until all rows are scanned, at the present rate; null while nobody scans. */
  etaSeconds: number | null;
  /** Within this it will be in 19 of 20 cases, if nothing changes; no upper end while the rate swings too much. */
  etaInterval: [number, number | null] | null;
}

/** A segment that is not done has something left, whatever the table's count said. */
const ALMOST = 0.99;

/** @param scans units of one table, or of all */
export function progressOf(scans: readonly Unit[], workers: readonly WorkerReport[]): Progress {
  if (scans.length === 0) return { percent: 0, etaSeconds: null, etaInterval: null };
  const parts = scans.map((unit) => {
    const size = Math.max(1, unit.expected ?? 1);
    const done = unit.done ? 1 : Math.min(ALMOST, unit.scanned / size);
    return { size, done, left: unit.done ? 0 : Math.max(1, size - unit.scanned) };
  });
  const total = parts.reduce((sum, { size }) => sum + size, 0);
  const done = parts.reduce((sum, part) => sum + part.size * part.done, 0);
  const left = parts.reduce((sum, part) => sum + part.left, 0);
  return { percent: Math.floor((1_000 * done) / total) / 10, ...remaining(left, scans, workers) };
}

function remaining(left: number, scans: readonly Unit[], workers: readonly WorkerReport[]) {
  if (left === 0) return { etaSeconds: 0, etaInterval: [0, 0] as [number, number] };
  const tables = new Set(scans.filter(({ done }) => !done).map(({ table }) => table));
  const rates = workers.flatMap(({ copyRates }) => [...tables].flatMap((table) => copyRates[table] ?? []));
  const mean = rates.reduce((sum, rate) => sum + rate.mean, 0);
  // Errors of tables and workers are independent of each other.
  const error = Math.hypot(...rates.map((rate) => rate.error));
  if (mean < 0.05) return { etaSeconds: null, etaInterval: null };
  const slowest = mean - error;
  return {
    etaSeconds: Math.round(left / mean),
    etaInterval: [Math.floor(left / (mean + error)), slowest < 0.05 ? null : Math.ceil(left / slowest)] as [
      number,
      number | null,
    ],
  };
}

/** A tail that is alive says at least this often that nothing is left to read. */
const SILENCE_MS = 45_000;

/** How far following is behind the writers: what was seen of the last change, or since when nobody has looked. */
export function lagSeconds(tails: readonly Unit[], now: number): number {
  const lags = tails.map(({ lagMs, tipAt, positionAt }) => {
    const upTo = Math.max(tipAt ?? 0, positionAt ?? 0);
    const unread = upTo === 0 ? 0 : now - upTo;
    return unread > SILENCE_MS ? Math.max(lagMs, unread) : lagMs;
  });
  return Math.round(Math.max(0, ...lags) / 100) / 10;
}
