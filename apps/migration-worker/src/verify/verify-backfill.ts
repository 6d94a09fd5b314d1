import { setTimeout as delay } from 'node:timers/promises';
import type { Item } from '@agent-engine/migration-core';
import { describeTable } from '../arm/table-stream.ts';
import { OwnerOfRow } from '../backfill/owner-of-row.ts';
import { missingStamps } from '../backfill/stamp-row.ts';
import { scanTable } from '../copy/scan-pages.ts';
import type { Governor } from '../run/governor.ts';
import { segmentsFor } from '../run/segments.ts';
import type { Migration } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { keyOfRow } from '../world/row-key.ts';
import { untilTailsPass } from './probe.ts';
import { readRows } from './row-access.ts';
import type { Difference } from './row-pair.ts';
import { randomRows } from './sample-table.ts';

const LOOKS = 3;
const PORTION = 1_000;

/** Every row that stayed in place, or about `sample` of them, carries the partition it belongs to. */
export async function verifyBackfill(
  migration: Migration,
  moving: MovingTable,
  { governor, signal, sample }: { governor?: Governor; signal?: AbortSignal; sample?: number },
): Promise<{ checked: number; differences: Difference[] }> {
  const owners = new OwnerOfRow(migration, moving);
  const { source } = moving;
  let checked = 0;
  const suspects: Item[] = [];
  const look = async (row: Item) => {
    checked += 1;
    if (await wrongStamp(migration, moving, owners, row)) suspects.push(keyOfRow(row, source.shape));
  };
  const side = { ...source, database: migration.source };
  if (sample !== undefined) for await (const row of randomRows(side, sample, [side])) await look(row);
  else {
    const { TableSizeBytes: bytes = 0 } = await describeTable(migration.source, source.name);
    const segments = segmentsFor(migration, bytes);
    const { client } = migration.source;
    await scanTable({ client, tableName: source.name, segments, governor, signal }, async (rows) => {
      for (const row of rows) await look(row);
    });
  }
  const differences: Difference[] = [];
  // All of a portion in each look: while writers write, many rows are not stamped yet.
  for (let start = 0; start < suspects.length; start += PORTION) {
    let open: { key: Item; detail: string }[] = suspects
      .slice(start, start + PORTION)
      .map((key) => ({ key, detail: '' }));
    for (let look = 0; look < LOOKS && open.length > 0; look++) {
      if (look > 0) await delay(100);
      await untilTailsPass(migration, signal);
      open = await stillWrong(open.map(({ key }) => key));
    }
    differences.push(...open.map((found) => ({ table: moving.table, kind: 'different' as const, ...found })));
  }
  return { checked, differences };

  async function stillWrong(keys: readonly Item[]): Promise<{ key: Item; detail: string }[]> {
    const wrong: { key: Item; detail: string }[] = [];
    for (const row of (await readRows(side, keys)).values()) {
      const detail = await wrongStamp(migration, moving, owners, row);
      if (detail !== undefined) wrong.push({ key: keyOfRow(row, source.shape), detail });
    }
    return wrong;
  }
}

/** A row nobody can place is in quarantine, and counted there. */
async function wrongStamp(
  migration: Migration,
  moving: MovingTable,
  owners: OwnerOfRow,
  row: Item,
): Promise<string | undefined> {
  const missing = await missingStamps(migration, moving, owners, row);
  if ('refused' in missing) return undefined;
  const wrong = Object.keys(missing.set).map((name) =>
    row[name] ? `${name} has another value` : `${name} is absent`,
  );
  return wrong.length > 0 ? wrong.join(', ') : undefined;
}
