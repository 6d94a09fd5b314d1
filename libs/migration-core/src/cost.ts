import { canonicalItem, canonicalValue } from './canonical-value.ts';
import type { IndexShape, Item, TableShape } from './item.ts';
import { indexEntryBytes, itemBytes } from './item-size.ts';

const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;
/** What a transaction costs, compared with the same write alone. */
export const TRANSACTION_FACTOR = 2;

const units = (bytes: number, unit: number) => Math.max(1, Math.ceil(bytes / unit));

/** Write units of one write: `old` absent for an insert, `item` absent for a delete. */
export function writeUnits(shape: TableShape, item: Item | undefined, old?: Item): number {
  const changed = !old || !item || canonicalItem(old) !== canonicalItem(item);
  const row = Math.max(unitsOf(old, itemBytes), unitsOf(item, itemBytes));
  const [before, after] = [unitsOf(old, indexEntryBytes), unitsOf(item, indexEntryBytes)];
  const ofIndexes = shape.indexes.map((index) => {
    const [was, is] = [entryKey(old, index), entryKey(item, index)];
    if (was !== undefined && was === is) return changed ? Math.max(before, after) : 0;
    return (was === undefined ? 0 : before) + (is === undefined ? 0 : after);
  });
  return ofIndexes.reduce((sum, cost) => sum + cost, row);
}

const unitsOf = (item: Item | undefined, bytesOf: (item: Item) => number) =>
  item ? units(bytesOf(item), WRITE_UNIT_BYTES) : 0;

/** Read units of reading one row, or of a page of rows of so many bytes together. */
export function readUnits(bytes: number, consistent = true): number {
  return units(bytes, READ_UNIT_BYTES) * (consistent ? 1 : 0.5);
}

/** Where a row is in an index; undefined if it is not in it. */
function entryKey(item: Item | undefined, { hash, range }: IndexShape): string | undefined {
  const [one, other] = [item?.[hash], item?.[range]];
  return one && other && canonicalValue(one) + canonicalValue(other);
}

export interface TableSample {
  /** Rows of the whole table. */
  rows: number;
  /** Some of them, in the form they are read in and in the form they are written in. */
  sampled: readonly { source: Item; target: Item }[];
}

export interface TableEstimate {
  /** Bytes of all rows in their target form, once, without index copies. */
  bytes: number;
  writeUnits: number;
  readUnits: number;
}

/**
 * What copying a table costs, and comparing all of both sides `verifications` times: a page is charged by its bytes,
 * a row written by its own, rounded up.
 */
export function estimateCopy(
  shape: TableShape,
  { rows, sampled }: TableSample,
  verifications = 1,
): TableEstimate {
  const mean = (of: (row: { source: Item; target: Item }) => number) =>
    sampled.length === 0 ? 0 : sampled.reduce((sum, row) => sum + of(row), 0) / sampled.length;
  const scan = (side: 'source' | 'target') => (rows * mean((row) => itemBytes(row[side]))) / READ_UNIT_BYTES;
  return {
    bytes: Math.round(rows * mean(({ target }) => itemBytes(target))),
    writeUnits: Math.ceil(rows * mean(({ target }) => writeUnits(shape, target))),
    readUnits: Math.ceil(scan('source') + verifications * (scan('source') + scan('target'))),
  };
}
