import { ConditionalCheckFailedException, DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { marks } from '@agent-engine/migration-core';
import type { DirectionName } from '../control/control-record.ts';
import { forgetTombstone, listTombstones } from '../control/tombstones.ts';
import { patiently } from '../database/call.ts';
import { flowOf, type Migration, movingTable } from '../world/migration.ts';

const PARALLEL = 16;

/**
 * Deletes tombstones, which nobody but us must ever see. Only when no write older than them can come any more: the
 * copy is over and settled, and every change has been carried over. Each delete holds only for a tombstone.
 * @returns how many there were
 */
export async function collectTombstones(migration: Migration, direction: DirectionName): Promise<number> {
  let collected = 0;
  const entries = listTombstones(migration.control, direction);
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for await (const entry of { [Symbol.asyncIterator]: () => ({ next: () => entries.next() }) }) {
        const { to } = flowOf(migration, movingTable(migration, entry.table), direction);
        try {
          await patiently(() =>
            to.database.client.send(
              new DeleteItemCommand({
                TableName: to.name,
                Key: entry.key,
                ConditionExpression: '#deleted = :true',
                ExpressionAttributeNames: { '#deleted': marks.deleted },
                ExpressionAttributeValues: { ':true': { BOOL: true } },
              }),
            ),
          );
        } catch (error) {
          // The row has come back since, or is collected already.
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        }
        await forgetTombstone(migration.control, entry);
        collected += 1;
      }
    }),
  );
  return collected;
}
