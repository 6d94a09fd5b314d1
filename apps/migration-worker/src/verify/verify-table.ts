import { canonicalItem, Fingerprint, liveRow } from '@agent-engine/migration-core';
import type { Governor } from '../run/governor.ts';
import { segmentsOf } from '../run/segments.ts';
import { flowOf, type Migration } from '../world/migration.ts';
import type { DirectionName } from '../control/control-record.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { fingerprintSide, type Placed, scanPlaced, type SideScan } from './fingerprint-side.ts';
import { confirmDifferences, type Confirmed } from './confirm-differences.ts';
import { rowHash } from './row-hash.ts';
import { keyOnOtherSide, type RowPair } from './row-pair.ts';

export interface VerifyOptions {
  direction: DirectionName;
  governor?: Governor;
  signal?: AbortSignal;
}

export interface TableVerdict {
  checked: number;
  differences: Confirmed[];
}

/** Of a fingerprint. */
const BUCKETS = 4096;
/** Keys remembered at once when unequal buckets are looked into. */
const MAX_SUSPECTS = 50_000;

/**
 * Both sides, all rows: a fingerprint per bucket of keys, and a closer look only into buckets that are not equal.
 * While writers write, buckets differ for a moment: a difference counts only if it outlives the tail.
 */
export async function verifyTable(
  migration: Migration,
  moving: MovingTable,
  options: VerifyOptions,
): Promise<TableVerdict> {
  const flow = flowOf(migration, moving, options.direction);
  const segments = await segmentsOf(migration, flow);
  const scan = { flow, segments, ...options };
  const [truth, checked] = [new Fingerprint(), new Fingerprint()];
  const [rows] = await Promise.all([
    fingerprintSide({ ...scan, side: 'from' }, truth),
    fingerprintSide({ ...scan, side: 'to' }, checked),
  ]);
  const unequal = truth.unequalBuckets(checked);
  // So many buckets at a time that their rows can be remembered.
  const perBucket = Math.max(1, rows / BUCKETS);
  const slice = Math.max(1, Math.floor(MAX_SUSPECTS / perBucket));
  const differences: Confirmed[] = [];
  for (let start = 0; start < unequal.length; start += slice) {
    const buckets = new Set(unequal.slice(start, start + slice));
    const pairs = await suspects(migration, moving, scan, buckets);
    differences.push(...(await confirmDifferences(migration, flow, pairs, options.signal)));
  }
  return { checked: rows, differences };
}

/** Rows of the given buckets that are not the same on both sides. */
async function suspects(
  migration: Migration,
  moving: MovingTable,
  scan: Omit<SideScan, 'side'>,
  buckets: ReadonlySet<number>,
): Promise<RowPair[]> {
  const seen = new Map<string, { hash: string; pair: RowPair }>();
  const wanted = ({ key, item }: Placed) => buckets.has(Fingerprint.bucketOf(key)) && liveRow(item);
  await scanPlaced({ ...scan, side: 'from' }, (placed) => {
    if (!wanted(placed)) return;
    const hash = rowHash(placed.item);
    seen.set(canonicalItem(placed.key), { hash, pair: { from: placed.own, to: placed.key } });
  });
  const extras: RowPair[] = [];
  await scanPlaced({ ...scan, side: 'to' }, (placed) => {
    if (!wanted(placed)) return;
    const id = canonicalItem(placed.key);
    const other = seen.get(id);
    if (other?.hash === rowHash(placed.item)) seen.delete(id);
    else if (!other)
      extras.push({
        from: keyOnOtherSide(migration, moving, scan.flow.direction, placed.item),
        to: placed.key,
      });
  });
  return [...[...seen.values()].map(({ pair }) => pair), ...extras];
}
