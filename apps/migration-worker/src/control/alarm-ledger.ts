import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { patiently } from '../database/call.ts';
import { deleteItem, itemKey, readItem } from './control-items.ts';
import type { ControlTable } from './control-table.ts';

const itemOf = (alarm: string) => `alarm#${alarm}`;

/**
 * Of all who see an alarm one is to tell of it: whoever is first to write down that it is there, or that it has grown.
 * @returns whether that is the caller
 */
export async function claimAlarm(table: ControlTable, alarm: string, level: number): Promise<boolean> {
  const token = randomUUID();
  try {
    await patiently(() =>
      table.client.send(
        new UpdateItemCommand({
          TableName: table.name,
          Key: itemKey(table, itemOf(alarm)),
          UpdateExpression: 'SET #level = :level, #token = :token',
          ConditionExpression: 'attribute_not_exists(#level) OR #level < :level',
          ExpressionAttributeNames: { '#level': 'level', '#token': 'token' },
          ExpressionAttributeValues: { ':level': { N: String(level) }, ':token': { S: token } },
        }),
      ),
    );
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // A first try whose answer got lost has written it.
    return (await readItem(table, itemOf(alarm)))?.token?.S === token;
  }
}

/** It is over: the next one is news. */
export async function forgetAlarm(table: ControlTable, alarm: string): Promise<void> {
  await deleteItem(table, itemOf(alarm));
}
