import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type Item, marks, refusedUnits, stamped, version, writeUnits } from '@agent-engine/migration-core';
import type { Inserted, InsertTarget } from '../database/batch-insert.ts';
import { patiently } from '../database/call.ts';
import { rowProblem } from '../database/row-problem.ts';

/**
 * Copying once more over a target that has rows of an earlier epoch: what those were may have changed unseen, so each
 * row is replaced unless the tail of this epoch has already written it. Stamped, so that extras stand out afterwards.
 */
export async function replaceOlder(
  { client, name, shape, admit, onThrottle, onConsumed, assertHeld }: InsertTarget,
  rows: readonly Item[],
  epoch: number,
): Promise<Inserted[]> {
  const stamp = version(epoch);
  await admit();
  return Promise.all(
    rows.map(async (row): Promise<Inserted> => {
      const item = stamped(row, stamp);
      try {
        const { ConsumedCapacity } = await patiently(
          async () => {
            await assertHeld();
            return client.send(
              new PutItemCommand({
                TableName: name,
                Item: item,
                ConditionExpression:
                  'attribute_not_exists(#hash) OR attribute_not_exists(#version) OR #version < :version',
                ExpressionAttributeNames: { '#hash': shape.hash, '#version': marks.version },
                ExpressionAttributeValues: { ':version': { S: stamp } },
                ReturnConsumedCapacity: 'TOTAL',
              }),
            );
          },
          { onThrottle },
        );
        onConsumed(ConsumedCapacity?.CapacityUnits ?? writeUnits(shape, item));
        return { row: 'inserted' };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          onConsumed(refusedUnits(item));
          return { row: 'present' };
        }
        const reason = rowProblem(error);
        if (reason) return { row: 'impossible', reason };
        throw error;
      }
    }),
  );
}
