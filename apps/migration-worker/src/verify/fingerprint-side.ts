import { type Fingerprint, type Item, liveRow } from '@agent-engine/migration-core';
import type { Governor } from '../run/governor.ts';
import { scanTable } from '../copy/scan-pages.ts';
import type { TableFlow } from '../world/migration.ts';

export interface SideScan {
  flow: TableFlow;
  side: 'from' | 'to';
  segments: number;
  governor?: Governor;
  signal?: AbortSignal;
}

/** A row in the form of the checked side; undefined where it has no place there. */
export interface Placed {
  key: Item;
  /** Its key where it was read. */
  own: Item;
  item: Item;
}

/** Every row of one side, in the form it has on the checked side. */
export async function scanPlaced(
  { flow, side, segments, governor, signal }: SideScan,
  visit: (placed: Placed) => void,
) {
  const { database, name, shape } = flow[side];
  const { client } = database;
  await scanTable({ client, tableName: name, segments, governor, signal }, (rows) => {
    for (const row of rows) {
      const placed = place(row);
      if (placed) visit(placed);
    }
  });

  function place(row: Item): Placed | undefined {
    const own = Object.fromEntries([shape.hash, shape.range].map((part) => [part, row[part]])) as Item;
    if (side === 'to') return { key: own, own, item: row };
    const live = liveRow(row);
    const mapped = live && flow.mapper.map(live);
    return mapped && 'item' in mapped ? { ...mapped, own } : undefined;
  }
}

/** @returns how many rows there were */
export async function fingerprintSide(scan: SideScan, into: Fingerprint): Promise<number> {
  let rows = 0;
  await scanPlaced(scan, ({ key, item }) => {
    // A tombstone counts as a row only where it should not be any more: the comparison of rows tells.
    if (liveRow(item)) {
      into.add(key, item);
      rows += 1;
    }
  });
  return rows;
}
