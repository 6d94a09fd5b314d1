import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { patiently } from '../database/call.ts';
import type { ControlTable } from './control-table.ts';

export type ControlItem = Record<string, AttributeValue>;

export const itemKey = ({ id }: ControlTable, item: string): ControlItem => ({
  migration_id: { S: id },
  item: { S: item },
});

export async function readItem(table: ControlTable, item: string): Promise<ControlItem | undefined> {
  const { Item } = await patiently(() =>
    table.client.send(
      new GetItemCommand({ TableName: table.name, Key: itemKey(table, item), ConsistentRead: true }),
    ),
  );
  return Item;
}

/** All items whose name begins so, in the order of their names, page by page. */
export async function* itemsOf(table: ControlTable, prefix: string): AsyncGenerator<ControlItem> {
  let from: ControlItem | undefined;
  do {
    const start = from;
    const page = await patiently(() =>
      table.client.send(
        new QueryCommand({
          TableName: table.name,
          ConsistentRead: true,
          KeyConditionExpression: 'migration_id = :id AND begins_with(#item, :prefix)',
          ExpressionAttributeNames: { '#item': 'item' },
          ExpressionAttributeValues: { ':id': { S: table.id }, ':prefix': { S: prefix } },
          ExclusiveStartKey: start,
        }),
      ),
    );
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from);
}

/** Writes an item that is not there yet. @returns false when it is */
export async function createItem(table: ControlTable, item: string, content: ControlItem): Promise<boolean> {
  try {
    await patiently(() =>
      table.client.send(
        new PutItemCommand({
          TableName: table.name,
          Item: { ...content, ...itemKey(table, item) },
          ConditionExpression: 'attribute_not_exists(migration_id)',
        }),
      ),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

export async function putItem(table: ControlTable, item: string, content: ControlItem): Promise<void> {
  await patiently(() =>
    table.client.send(
      new PutItemCommand({ TableName: table.name, Item: { ...content, ...itemKey(table, item) } }),
    ),
  );
}

export async function deleteItem(table: ControlTable, item: string): Promise<void> {
  await patiently(() =>
    table.client.send(new DeleteItemCommand({ TableName: table.name, Key: itemKey(table, item) })),
  );
}
