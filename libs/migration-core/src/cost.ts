import { canonicalItem, canonicalValue } from './canonical-value.ts';
import type { IndexShape, Item, TableShape } from './item.ts';
import { indexEntryBytes, itemBytes } from './item-size.ts';

const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;
/** Of a unit, by which a page is rounded up on average. */
const MEAN_ROUNDING = 0.5;
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

/** Write units of a write whose condition did not hold: the row's own, as no index was touched. */
export const refusedUnits = (item: Item): number => unitsOf(item, itemBytes);

const unitsOf = (item: Item | undefined, bytesOf: (item: Item) => number) =>
  item ? units(bytesOf(item), WRITE_UNIT_BYTES) : 0;

/** Where a row is in an index; undefined if it is not in it. */
function entryKey(item: Item | undefined, { hash, range }: IndexShape): string | undefined {
  const [one, other] = [item?.[hash], item?.[range]];
  return one && other && canonicalValue(one) + canonicalValue(other);
}

/** What rows come to, added up one by one, in memory that does not grow with them. */
export class RowSums {
  rows = 0;
  /** In the form they are read in and in the form they are written in; once, without index copies. */
  readonly bytes = { source: 0, target: 0 };
  writeUnits = 0;

  /** @returns write units of this row */
  add(shape: TableShape, { source, target }: { source: Item; target: Item }): number {
    const written = writeUnits(shape, target);
    this.rows += 1;
    this.bytes.source += itemBytes(source);
    this.bytes.target += itemBytes(target);
    this.writeUnits += written;
    return written;
  }
}

/** Read units of scanning so many bytes, strongly consistent, in so many pages, each rounded up to a whole unit. */
export function scanUnits(bytes: number, pages: number): number {
  return bytes / READ_UNIT_BYTES + pages * MEAN_ROUNDING;
}
