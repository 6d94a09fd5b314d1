import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type Item, refusedUnits } from '@agent-engine/migration-core';
import { scanPages } from '../copy/scan-pages.ts';
import { quarantine } from '../control/quarantine.ts';
import { patiently } from '../database/call.ts';
import { rowProblem } from '../database/row-problem.ts';
import type { Work } from '../run/work.ts';
import { movingTable } from '../world/migration.ts';
import { keyOfRow } from '../world/row-key.ts';
import { type Stamp, stampFor } from './stamp-row.ts';
import { OwnerOfRow } from './owner-of-row.ts';

const PARALLEL_UPDATES = 16;

/** Stamps the rows of one segment in place; rows that carry their partition already count as present. */
export async function backfillSegment(work: Work): Promise<void> {
  const { migration, lease, governor, signal } = work;
  const { unit } = lease;
  const moving = movingTable(migration, unit.table);
  const owners = new OwnerOfRow(migration, moving);
  const pages = scanPages({
    client: migration.source.client,
    tableName: moving.source.name,
    segment: unit.segment,
    segments: unit.segments,
    from: unit.cursor,
    governor,
    signal,
  });
  for await (const page of pages) {
    const add = { scanned: page.items.length, inserted: 0, present: 0, quarantined: 0 };
    const rows = page.items[Symbol.iterator]();
    await Promise.all(
      Array.from({ length: PARALLEL_UPDATES }, async () => {
        for (const row of rows) {
          const stamp = await stampFor(migration, moving, owners, row);
          if (!('update' in stamp)) {
            if ('nothing' in stamp) add.present += 1;
          } else {
            await governor.admit('write', signal);
            await lease.assertHeld();
            const outcome = await send(work, stamp, row);
            if (outcome === 'stamped') add.inserted += 1;
            else if (outcome === 'changed') add.present += 1;
            else {
              add.quarantined += 1;
              await refuse(outcome.refused);
            }
          }
          if ('refused' in stamp) {
            add.quarantined += 1;
            await refuse(stamp.refused);
          }
          async function refuse(reason: string) {
            const key = keyOfRow(row, moving.source.shape);
            await quarantine(migration.control, { direction: 'forward', table: unit.table, key, reason });
          }
        }
      }),
    );
    await lease.checkpoint({
      add,
      ...(page.next ? { cursor: page.next } : { clearCursor: true, set: { done: true } }),
    });
    work.meter.count(unit.table, add.scanned);
    if (signal.aborted || work.control().paused) return;
  }
}

type Update = Extract<Stamp, { update: unknown }>;

/** `changed`: the row was changed, deleted or stamped in between; the tail has seen that and looks after it. */
async function send(
  { migration, governor }: Work,
  { update, units }: Update,
  row: Item,
): Promise<'stamped' | 'changed' | { refused: string }> {
  try {
    const { ConsumedCapacity } = await patiently(
      () =>
        migration.source.client.send(new UpdateItemCommand({ ...update, ReturnConsumedCapacity: 'TOTAL' })),
      { onThrottle: () => governor.throttled('write') },
    );
    governor.consumed('write', ConsumedCapacity?.CapacityUnits ?? units);
    return 'stamped';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      governor.consumed('write', refusedUnits(row));
      return 'changed';
    }
    const reason = rowProblem(error);
    if (reason === undefined) throw error;
    return { refused: reason };
  }
}
