import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { isConditionFailed } from './database.ts';
import { MAX_TRANSACTION_ITEMS, transact } from './transaction.ts';

/** A write of one row, and the way back as long as nobody else has changed the row since. */
export interface PlannedWrite {
  /** The row's range key. */
  uuid: string;
  /** When the row says it was written. */
  updatedAt: string;
  item: TransactWriteItem;
  undo(): Promise<void>;
}

export interface StagedWrites {
  /** Rows that nobody sees, or that read the same, until the deciding write has happened. */
  preparing: readonly PlannedWrite[];
  /** The row that makes them count, and what must change in the same moment. */
  deciding: readonly TransactWriteItem[];
  /** Whether the deciding write has happened after all, when its answer was lost. */
  hasHappened: () => Promise<boolean>;
}

const UNDO_BATCH = 20;

/**
 * One transaction if it all fits. Otherwise what does not fit is written before the deciding transaction, and taken back
 * if anything fails.
 */
export async function commitStaged(
  client: DynamoDBClient,
  { preparing, deciding, hasHappened }: StagedWrites,
): Promise<void> {
  const room = MAX_TRANSACTION_ITEMS - deciding.length;
  const early = preparing.slice(0, Math.max(0, preparing.length - room));
  const late = preparing.slice(early.length);
  const begun: PlannedWrite[] = [];
  try {
    for (const chunk of chunksOf(early, MAX_TRANSACTION_ITEMS)) {
      begun.push(...chunk);
      await transact(
        client,
        chunk.map(({ item }) => item),
      );
    }
    await transact(client, [...late.map(({ item }) => item), ...deciding]);
  } catch (error) {
    if (!isConditionFailed(error) && begun.length > 0 && (await hasHappened())) return;
    for (const chunk of chunksOf(begun.reverse(), UNDO_BATCH)) {
      await Promise.allSettled(chunk.map((write) => write.undo()));
    }
    throw error;
  }
}

export function chunksOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
