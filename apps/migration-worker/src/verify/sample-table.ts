import { randomInt } from 'node:crypto';
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
    for await (const row of randomRows(flow, side, rows)) {
      const own = keyOfRow(row, flow[side].shape);
      const pair = side === 'from' ? pairFrom(row, own) : pairTo(row, own);
      if (pair) pairs.set(JSON.stringify(pair.to), pair);
    }
  }
  const differences = await confirmDifferences(migration, flow, [...pairs.values()], signal);
  return { checked: pairs.size, differences };

  function pairFrom(row: Parameters<typeof keyOfRow>[0], own: RowPair['to']): RowPair | undefined {
    const mapped = flow.mapper.map(row);
    return 'key' in mapped ? { from: own, to: mapped.key } : undefined;
  }
  function pairTo(row: Parameters<typeof keyOfRow>[0], own: RowPair['to']): RowPair {
    return { from: keyOnOtherSide(migration, moving, direction, row), to: own };
  }
}

async function* randomRows(flow: TableFlow, side: 'from' | 'to', wanted: number) {
  const { database, name } = flow[side];
  const { ItemCount: count = 0 } = await describeTable(database, name);
  // Tables say how many rows they have, to six hours ago.
  const segments = Math.min(MAX_SEGMENTS, Math.max(1, Math.ceil(Math.max(count, wanted) / ROWS_PER_SEGMENT)));
  const chosen = new Set<number>();
  for (
    let tries = 0;
    chosen.size < Math.min(segments, Math.ceil(wanted / ROWS_PER_SEGMENT)) && tries < 10 * segments;
    tries++
  )
    chosen.add(randomInt(segments));
  for (const segment of chosen) {
    for await (const { items } of scanPages({ client: database.client, tableName: name, segment, segments }))
      yield* items;
  }
}
