import { randomInt } from 'node:crypto';
import type { Item } from '@agent-engine/migration-core';
import { describeTable } from '../arm/table-stream.ts';
import { scanPages } from '../copy/scan-pages.ts';
import type { DirectionName } from '../control/control-record.ts';
import { flowOf, type Migration, type TableFlow } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { keyOfRow } from '../world/row-key.ts';
import { type Confirmed, confirmDifferences } from './confirm-differences.ts';
import { keyOnOtherSide, type RowPair } from './row-pair.ts';

const ROWS_PER_SEGMENT = 50;
const MAX_SEGMENTS = 1_000_000;

/**
 * About `rows` rows of each side, other ones each time, read by key on the other side: what a full comparison finds
 * in all of the table, this finds in its sample. None found in n rows: fewer than 3/n are wrong, at 95 %.
 */
export async function sampleTable(
  migration: Migration,
  moving: MovingTable,
  { direction, rows, signal }: { direction: DirectionName; rows: number; signal?: AbortSignal },
): Promise<{ checked: number; differences: Confirmed[] }> {
  const flow = flowOf(migration, moving, direction);
  const pairs = new Map<string, RowPair>();
  for (const side of ['from', 'to'] as const) {
    for await (const row of randomRows(flow[side], rows, [flow.from, flow.to])) {
      const own = keyOfRow(row, flow[side].shape);
      const pair = side === 'from' ? pairFrom(row, own) : pairTo(row, own);
      if (pair) pairs.set(JSON.stringify(pair.to), pair);
    }
  }
  const differences = await confirmDifferences(migration, flow, [...pairs.values()], signal);
  return { checked: pairs.size, differences };

  function pairFrom(row: Item, own: RowPair['to']): RowPair | undefined {
    const mapped = flow.mapper.map(row);
    return 'key' in mapped ? { from: own, to: mapped.key } : undefined;
  }
  function pairTo(row: Item, own: RowPair['to']): RowPair {
    return { from: keyOnOtherSide(migration, moving, direction, row), to: own };
  }
}

type Side = TableFlow['from'];

/**
 * About so many rows of a table, other ones each time.
 * @param like tables with about as many rows: one that is new has not learned yet how many those are
 */
export async function* randomRows(
  { database, name }: Side,
  wanted: number,
  like: readonly Side[],
): AsyncGenerator<Item> {
  const described = await Promise.all(like.map((side) => describeTable(side.database, side.name)));
  const rows = Math.max(...described.map(({ ItemCount = 0 }) => ItemCount)) || wanted;
  const segments = Math.min(MAX_SEGMENTS, Math.ceil(rows / ROWS_PER_SEGMENT));
  const looked = new Set<number>();
  // Rows of one key are in one segment: where keys are few, some segments have none.
  for (let found = 0; looked.size < segments;) {
    const segment = otherThan(looked, segments);
    looked.add(segment);
    for await (const { items } of scanPages({
      client: database.client,
      tableName: name,
      segment,
      segments,
    })) {
      yield* items;
      found += items.length;
      if (found >= wanted) return;
    }
  }
}

/** Any at random, or the next one that was not looked at. */
function otherThan(looked: ReadonlySet<number>, segments: number): number {
  let segment = randomInt(segments);
  while (looked.has(segment)) segment = (segment + 1) % segments;
  return segment;
}
