import { canonicalItem, type Item } from '@agent-engine/migration-core';
import { OwnerOfRow } from '../backfill/owner-of-row.ts';
import { missingStamps } from '../backfill/stamp-row.ts';
import type { ControlRecord } from '../control/control-record.ts';
import type { Unit } from '../control/unit.ts';
import { listUnits } from '../control/units.ts';
import { ShardReader } from '../tail/shard-reader.ts';
import { flowOf, type Migration, movingTable, type TableFlow } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { keyOfRow } from '../world/row-key.ts';
import { confirmDifferences } from './confirm-differences.ts';
import { isExcused } from './excused.ts';
import { comparePairs, type Difference, type RowPair } from './row-pair.ts';
import { untilTailsPass } from './probe.ts';
import { readRows } from './row-access.ts';

/** Up to where in each shard rows were compared and agreed, by unit. */
export type Marks = NonNullable<ControlRecord['marks']>;

const PORTION = 500;
const LOOKS = 3;

export interface DirtyResult {
  marks: Marks;
  checked: number;
  differences: Difference[];
}

/** Where the tails are now. */
export async function marksNow(migration: Migration, { direction }: ControlRecord): Promise<Marks> {
  const units = await listUnits(migration.control);
  return Object.fromEntries(
    units
      .filter((unit) => unit.kind === 'tail' && unit.direction === direction)
      .map(({ item, position }) => [item, position ?? '']),
  );
}

/**
 * Compares the rows that changed since they were compared last: a row that was right stays right until the stream
 * tells of it again. Takes as long as there are such rows, not as the table is large.
 * @param strict nothing moves any more: the first look counts
 */
export async function verifyDirtyRows(
  migration: Migration,
  control: ControlRecord,
  { strict, signal }: { strict: boolean; signal?: AbortSignal },
): Promise<DirtyResult> {
  const units = (await listUnits(migration.control)).filter(
    (unit) => unit.kind === 'tail' && unit.direction === control.direction,
  );
  const result: DirtyResult = { marks: {}, checked: 0, differences: [] };
  await Promise.all(
    units.map(async (unit) => {
      const from = control.marks?.[unit.item] ?? '';
      const to = unit.position ?? '';
      if (from !== to) await compareShard(unit, from, to);
      result.marks[unit.item] = to;
    }),
  );
  return result;

  async function compareShard(unit: Unit, from: string, to: string): Promise<void> {
    const moving = movingTable(migration, unit.table);
    const check =
      moving.kind === 'rekey'
        ? rekeyCheck(migration, flowOf(migration, moving, control.direction), strict, signal)
        : backfillCheck(migration, moving, control, strict ? 1 : LOOKS);
    let images: Item[] = [];
    const flush = async () => {
      const found = await check(images);
      result.checked += found.checked;
      result.differences.push(...found.differences);
      images = [];
    };
    for await (const image of imagesBetween(migration, unit, from, to)) {
      images.push(image);
      if (images.length >= PORTION) await flush();
    }
    await flush();
  }
}

/** Old and new images of all events of a shard after one position, up to another. */
async function* imagesBetween(
  migration: Migration,
  unit: Unit,
  from: string,
  to: string,
): AsyncGenerator<Item> {
  const { table, arn = '', shard = '', side = 'source' } = unit;
  const reader = new ShardReader({
    streams: migration[side].streams,
    table,
    arn,
    shard,
    position: from === '' ? undefined : from,
    tipAt: Date.now(),
  });
  for (;;) {
    const batch = await reader.read();
    for (const event of batch.events) {
      if (event.old) yield event.old;
      if (event.new) yield event.new;
      if (event.sequenceNumber === to) return;
    }
    if (batch.end || batch.atTip) return;
  }
}

type Check = (images: readonly Item[]) => Promise<{ checked: number; differences: Difference[] }>;

function rekeyCheck(migration: Migration, flow: TableFlow, strict: boolean, signal?: AbortSignal): Check {
  return async (images) => {
    const pairs = new Map<string, RowPair>();
    for (const image of images) {
      const mapped = flow.mapper.keyOf(image);
      if (!('key' in mapped)) continue;
      const pair = { from: keyOfRow(image, flow.from.shape), to: mapped.key };
      pairs.set(canonicalItem(pair.to), pair);
    }
    const list = [...pairs.values()];
    if (!strict)
      return { checked: list.length, differences: await confirmDifferences(migration, flow, list, signal) };
    const differences: Difference[] = [];
    for (const { pair, difference } of await comparePairs(flow, list)) {
      if (difference && !(await isExcused(migration, flow, pair)))
        differences.push({ table: flow.table, key: pair.to, ...difference });
    }
    return { checked: list.length, differences };
  };
}

function backfillCheck(
  migration: Migration,
  moving: MovingTable,
  { direction }: ControlRecord,
  looks: number,
): Check {
  const owners = new OwnerOfRow(migration, moving);
  const side = { ...moving.source, database: migration.source };
  return async (images) => {
    if (direction === 'reverse') return { checked: 0, differences: [] };
    const keys = new Map(
      images.map((image) => [canonicalItem(keyOfRow(image, side.shape)), keyOfRow(image, side.shape)]),
    );
    let differences = await look([...keys.values()]);
    for (let again = 1; again < looks && differences.length > 0; again++) {
      await untilTailsPass(migration);
      differences = await look(differences.map(({ key }) => key));
    }
    return { checked: keys.size, differences };
  };

  async function look(keys: readonly Item[]): Promise<Difference[]> {
    const rows = await readRows(side, keys);
    const differences: Difference[] = [];
    for (const row of rows.values()) {
      const missing = await missingStamps(migration, moving, owners, row);
      const names = 'set' in missing ? Object.keys(missing.set) : [];
      if (names.length > 0)
        differences.push({
          table: moving.table,
          key: keyOfRow(row, side.shape),
          kind: 'different',
          detail: `${names.join(', ')} not as it should be`,
        });
    }
    return differences;
  }
}
