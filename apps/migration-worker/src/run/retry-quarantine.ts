import { stamped, version } from '@agent-engine/migration-core';
import { TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { OwnerOfRow } from '../backfill/owner-of-row.ts';
import { stampFor } from '../backfill/stamp-row.ts';
import type { DirectionName } from '../control/control-record.ts';
import { listQuarantine, type Quarantined, releaseQuarantined } from '../control/quarantine.ts';
import { patiently } from '../database/call.ts';
import { rowProblem } from '../database/row-problem.ts';
import { readRow } from '../verify/row-access.ts';
import { comparePairs } from '../verify/row-pair.ts';
import { rekeyWrite } from '../tail/rekey-write.ts';
import { flowOf, type Migration, movingTable, type TableFlow } from '../world/migration.ts';

export interface Retried {
  released: number;
  left: number;
}

/** Tries once more to carry over what is in quarantine: as the rows are now, and never over anything newer. */
export async function retryQuarantine(
  migration: Migration,
  direction: DirectionName,
  only?: (entry: Quarantined) => boolean,
): Promise<Retried> {
  const result: Retried = { released: 0, left: 0 };
  for await (const entry of listQuarantine(migration.control, direction)) {
    if (only && !only(entry)) continue;
    if (await settle(migration, entry)) {
      await releaseQuarantined(migration.control, entry);
      await migration.audit.append({ what: 'quarantine released', id: entry.id, table: entry.table });
      result.released += 1;
    } else result.left += 1;
  }
  return result;
}

/** @returns whether the row is where it belongs, or no more */
async function settle(migration: Migration, entry: Quarantined): Promise<boolean> {
  const moving = movingTable(migration, entry.table);
  const flow = flowOf(migration, moving, entry.direction);
  if (entry.stray) return isMended(flow, migration, entry);
  const row = await readRow(flow.from, entry.key);
  // Gone: its deletion was an event of its own.
  if (!row) return true;
  if (moving.kind === 'backfill') {
    const stamp = await stampFor(migration, moving, new OwnerOfRow(migration, moving), row);
    if ('refused' in stamp) return false;
    if ('nothing' in stamp) return true;
    return attempt(() => migration.source.client.send(new UpdateItemCommand(stamp.update)));
  }
  if (flow.lossReason?.(row) !== undefined) return false;
  const mapped = flow.mapper.map(row);
  if ('refused' in mapped) return false;
  const stamp = entry.version ?? version(0);
  const write = rekeyWrite(migration, flow, {
    key: mapped.key,
    item: stamped(mapped.item, stamp),
    version: stamp,
    sequenceNumber: '',
  });
  return attempt(() =>
    flow.to.database.client.send(new TransactWriteItemsCommand({ TransactItems: [write.entry] })),
  );
}

/** Refused as not newer is as good as done; refused for good is not. */
async function attempt(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await patiently(write);
    return true;
  } catch (error) {
    const conditional =
      error instanceof Error && /ConditionalCheckFailed/.test(`${error.name} ${error.message}`);
    if (conditional) return true;
    if (
      rowProblem(error) !== undefined ||
      (error instanceof Error && error.name === 'TransactionCanceledException')
    )
      return false;
    throw error;
  }
}

/** Whether what was written to the older table is by now the same on both sides, whoever saw to it. */
async function isMended(
  flow: TableFlow,
  migration: Migration,
  { table, key }: Quarantined,
): Promise<boolean> {
  const there = flowOf(migration, movingTable(migration, table), 'forward').mapper.keyOf(key);
  if (!('key' in there)) return false;
  const pair = { from: there.key, to: key };
  const [compared] = await comparePairs(flow, [pair]);
  return compared !== undefined && compared.difference === undefined;
}
