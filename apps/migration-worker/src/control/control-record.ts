import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { assertTransition, type MigrationState } from '@agent-engine/migration-core';
import { patiently } from '../database/call.ts';
import { createItem, itemKey, readItem } from './control-items.ts';
import type { ControlTable } from './control-table.ts';

export type DirectionName = 'forward' | 'reverse';

/** The one item that says how far the migration is. Changed by compare-and-set only. */
export interface ControlRecord {
  state: MigrationState;
  /** Which way changes are carried: to the new tables, or, once those are open, back to the old ones. */
  direction: DirectionName;
  /** Counts every new start of streams; versions of rows begin with it. */
  epoch: number;
  /** Epoch of the copy; later than the first, a copy has to replace what an older one wrote. */
  copyEpoch: number;
  rev: number;
  configHash: string;
  paused: boolean;
  /** Set by `throttle`: units per second over all workers, instead of those of the configuration. */
  throttle?: { write: number; read: number };
  /** Raised by whoever wants to know that all tails have since been at the end of their streams. */
  probe: number;
  /** Writers are waiting: everybody hurries. */
  window?: boolean;
  /** When the last complete verification found no difference. ISO. */
  verifiedAt?: string;
  /** Up to where in each shard rows have been compared on both sides and agreed, by unit. */
  marks?: Record<string, string>;
  /** When the copy was over, in ms. */
  copiedAt?: number;
  /** Writers are stopped, and streams were whole when that was so: from here on it is us who turn them off. */
  draining?: boolean;
  /** Writers of this side are, or may be, still stopped although it is writable. */
  fenced?: 'source' | 'target';
  /** A stream that cannot be continued; everything stops until `resync`. */
  gap?: { table: string; reason: string };
  cutover?: { startedAt: string; writeGapMs?: number; openedAt?: string };
  /** Table → stream from which changes of this epoch are read. */
  streams: Record<string, { arn: string; side: 'source' | 'target' }>;
  /** Streams of the other side, made ready for the way back. Same form. */
  nextStreams?: Record<string, { arn: string; side: 'source' | 'target' }>;
  /** Streams of the older tables after a cutover: nobody but us may write there. Same form. */
  watched?: Record<string, { arn: string; side: 'source' | 'target' }>;
  acceptedLoss?: boolean;
  startedAt: string;
  changedAt: string;
}

const ITEM = 'control';

export async function readControl(table: ControlTable): Promise<ControlRecord | undefined> {
  const item = await readItem(table, ITEM);
  return item && decode(item);
}

export async function createControl(table: ControlTable, record: ControlRecord): Promise<ControlRecord> {
  await createItem(table, ITEM, encode(record));
  const stored = await readControl(table);
  if (!stored) throw new Error('The control item vanished right after it was written.');
  return stored;
}

/** Somebody else changed the control item in between: read it again and decide anew. */
export class ControlConflict extends Error {}

/**
 * Compare-and-set. A state that may not follow the present one is refused here, whoever asks.
 * @throws ControlConflict
 */
export async function changeControl(
  table: ControlTable,
  from: ControlRecord,
  changes: Partial<Omit<ControlRecord, 'rev'>>,
): Promise<ControlRecord> {
  const next = nextControl(from, changes);
  try {
    await patiently(() => table.client.send(new PutItemCommand(controlPut(table, from, next))));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // A try whose answer got lost has done what this one wanted.
    const stored = await readControl(table);
    if (
      stored &&
      stored.rev === next.rev &&
      stored.changedAt === next.changedAt &&
      stored.state === next.state
    )
      return stored;
    throw new ControlConflict('The control item was changed by another process.', { cause: error });
  }
  return next;
}

export function nextControl(
  from: ControlRecord,
  changes: Partial<Omit<ControlRecord, 'rev'>>,
): ControlRecord {
  if (changes.state !== undefined && changes.state !== from.state)
    assertTransition(from.state, changes.state);
  return { ...from, ...changes, rev: from.rev + 1, changedAt: new Date().toISOString() };
}

/** The same as an entry of a transaction, to change state and route at once. */
export function controlPut(table: ControlTable, from: ControlRecord, next: ControlRecord) {
  return {
    TableName: table.name,
    Item: { ...encode(next), ...itemKey(table, ITEM) },
    ConditionExpression: 'rev = :rev',
    ExpressionAttributeValues: { ':rev': { N: String(from.rev) } },
  };
}

/** Applies changes to whatever the item is now, again if somebody else was quicker. */
export async function amendControl(
  table: ControlTable,
  changes: (now: ControlRecord) => Partial<Omit<ControlRecord, 'rev'>> | undefined,
): Promise<ControlRecord> {
  for (;;) {
    const now = await readControl(table);
    if (!now) throw new Error('There is no control item.');
    const wanted = changes(now);
    if (!wanted) return now;
    try {
      return await changeControl(table, now, wanted);
    } catch (error) {
      if (!(error instanceof ControlConflict)) throw error;
    }
  }
}

const encode = (record: ControlRecord) => marshall(record, { removeUndefinedValues: true });
const decode = (item: NonNullable<Awaited<ReturnType<typeof readItem>>>) => {
  const { migration_id: _id, item: _item, ...record } = unmarshall(item);
  return record as ControlRecord;
};
