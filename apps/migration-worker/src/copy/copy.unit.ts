import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { collision, type Item, sourceKeyOf } from '@agent-engine/migration-core';
import { LEASE_MS } from '../control/unit-lease.ts';
import type { Counters } from '../control/unit.ts';
import { quarantine } from '../control/quarantine.ts';
import { type Inserted, INSERT_BATCH, insertIfAbsent } from '../database/batch-insert.ts';
import { patiently } from '../database/call.ts';
import { MigrationError } from '../migration-error.ts';
import { onRowsCopied } from '../operator/hooks.ts';
import type { Work } from '../run/work.ts';
import { flowOf, movingTable, type TableFlow } from '../world/migration.ts';
import { keyOfRow } from '../world/row-key.ts';
import { replaceOlder } from './replace-older.ts';
import { type ScanPage, scanPages } from './scan-pages.ts';

const PARALLEL_BATCHES = 4;

/**
 * Copies one segment: reads a page, writes what is not there yet, and only then moves its cursor. A page that a kill
 * interrupts is done again; rows that are there already, put by the tail or by the time before, stay as they are.
 */
export async function copySegment(work: Work): Promise<void> {
  const { migration, lease, governor, signal } = work;
  const { unit } = lease;
  const flow = flowOf(migration, movingTable(migration, unit.table), 'forward');
  const pages = scanPages({
    client: flow.from.database.client,
    tableName: flow.from.name,
    segment: unit.segment,
    segments: unit.segments,
    from: unit.cursor,
    governor,
    signal,
  });
  for await (const page of pages) {
    const add = await copyPage(work, flow, page);
    await lease.checkpoint({
      add,
      ...(page.next ? { cursor: page.next } : { clearCursor: true, set: { done: true } }),
    });
    work.meter.count(unit.table, add.scanned);
    if (signal.aborted || work.control().paused) return;
  }
}

type PageCounts = Pick<Counters, 'scanned' | 'inserted' | 'present' | 'quarantined' | 'filtered'>;

async function copyPage(work: Work, flow: TableFlow, page: ScanPage): Promise<PageCounts> {
  const { migration, lease, governor } = work;
  const counts: PageCounts = {
    scanned: page.items.length,
    inserted: 0,
    present: 0,
    quarantined: 0,
    filtered: 0,
  };
  const rows: { source: Item; row: Item }[] = [];
  const refuse = async (source: Item, reason: string) => {
    counts.quarantined += 1;
    await quarantine(migration.control, {
      direction: 'forward',
      table: flow.table,
      key: keyOfRow(source, flow.from.shape),
      reason,
    });
  };
  for (const source of page.items) {
    const mapped = flow.mapper.map(source);
    if ('refused' in mapped) await refuse(source, mapped.refused);
    else rows.push({ source, row: mapped.item });
  }
  const batches = Array.from({ length: Math.ceil(rows.length / INSERT_BATCH) }, (_, index) =>
    rows.slice(index * INSERT_BATCH, (index + 1) * INSERT_BATCH),
  );
  const again = lease.unit.epoch > 1;
  const copied: Item[] = [];
  await Promise.all(
    Array.from({ length: PARALLEL_BATCHES }, async () => {
      for (let batch = batches.shift(); batch; batch = batches.shift()) {
        const target = {
          client: flow.to.database.client,
          name: flow.to.name,
          shape: flow.to.shape,
          admit: () => governor.admit('write', work.signal),
          onThrottle: () => governor.throttled('write'),
          onConsumed: (units: number) => governor.consumed('write', units),
          // No condition on the lease goes with these: whoever has slept through it must not send them.
          assertHeld: () => lease.assertHeld(),
        };
        const items = batch.map(({ row }) => row);
        const outcomes = again
          ? await replaceOlder(target, items, lease.unit.epoch)
          : await insertIfAbsent(target, items);
        for (const [index, { source, row }] of batch.entries()) {
          const outcome = outcomes[index] as Inserted;
          if (outcome.row === 'impossible') await refuse(source, outcome.reason);
          else counts[outcome.row] += 1;
          if (outcome.row === 'inserted') copied.push(keyOfRow(row, flow.to.shape));
          else if (outcome.row === 'present') await refuseCollision(flow, row);
        }
      }
    }),
  );
  await onRowsCopied(migration, flow.table, copied);
  return counts;
}

/** Two legacy keys on one partition may hold the same range key: neither row may win. @throws MigrationError */
async function refuseCollision(flow: TableFlow, row: Item): Promise<void> {
  if (sourceKeyOf(row) === undefined) return;
  const key = keyOfRow(row, flow.to.shape);
  const { Item: present } = await patiently(() =>
    flow.to.database.client.send(
      new GetItemCommand({ TableName: flow.to.name, Key: key, ConsistentRead: true }),
    ),
  );
  const reason = collision(present, row);
  if (reason !== undefined)
    throw new MigrationError('other', `${flow.to.name}, ${JSON.stringify(key)}: ${reason}`);
}

/** A copy request that was sent has landed or never will: no lease outlives this. */
export const COPY_SETTLED_MS = LEASE_MS;
