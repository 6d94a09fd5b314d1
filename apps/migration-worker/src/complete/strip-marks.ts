import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type Item, marks } from '@agent-engine/migration-core';
import { scanPages } from '../copy/scan-pages.ts';
import { patiently } from '../database/call.ts';
import type { Governor } from '../run/governor.ts';
import type { Migration } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { keyOfRow } from '../world/row-key.ts';

const PARALLEL = 16;
const NAMES = Object.values(marks);

/**
 * Takes the migration's marks off the rows of one table, each only if it still has the marks that were read: a row
 * that a writer replaced meanwhile has none, and one it changed keeps its changes.
 * @returns how many rows had marks
 */
export async function stripMarks(
  { target }: Migration,
  moving: MovingTable,
  { governor, signal }: { governor: Governor; signal: AbortSignal },
): Promise<number> {
  const { name, shape } = moving.target;
  const pages = scanPages({
    client: target.client,
    tableName: name,
    governor,
    signal,
    filter: {
      expression: NAMES.map((_, index) => `attribute_exists(#m${index})`).join(' OR '),
      names: Object.fromEntries(NAMES.map((mark, index) => [`#m${index}`, mark])),
    },
  });
  let stripped = 0;
  for await (const { items } of pages) {
    const rows = items[Symbol.iterator]();
    await Promise.all(
      Array.from({ length: PARALLEL }, async () => {
        for (const row of rows) {
          await governor.admit('write', signal);
          await strip(row);
          stripped += 1;
        }
      }),
    );
    if (signal.aborted) break;
  }
  return stripped;

  async function strip(row: Item): Promise<void> {
    const present = NAMES.filter((mark) => row[mark] !== undefined);
    const names = Object.fromEntries(present.map((mark, index) => [`#m${index}`, mark]));
    try {
      await patiently(
        () =>
          target.client.send(
            new UpdateItemCommand({
              TableName: name,
              Key: keyOfRow(row, shape),
              UpdateExpression: `REMOVE ${Object.keys(names).join(', ')}`,
              ConditionExpression: present.map((_, index) => `#m${index} = :m${index}`).join(' AND '),
              ExpressionAttributeNames: names,
              ExpressionAttributeValues: Object.fromEntries(
                present.map((mark, index) => [`:m${index}`, row[mark]]),
              ) as Item,
            }),
          ),
        { onThrottle: () => governor.throttled('write') },
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
