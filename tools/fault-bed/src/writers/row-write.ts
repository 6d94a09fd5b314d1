import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { canonicalItem } from '../history/canonical.ts';
import type { Outcome } from '../history/write-log.ts';
import type { Item } from '../world/item.ts';

/** One write as it is sent. `image` is the row after it. */
export interface RowWrite {
  op: string;
  tableName: string;
  key: Item;
  image: Item | null;
  /** UpdateItem of these, instead of PutItem of the whole. */
  changes?: Item;
  /** Only if there is no such row yet. */
  create?: boolean;
}

/** Sends it once. @returns undefined if nobody knows whether it was done */
export async function send(
  client: DynamoDBClient,
  writes: readonly RowWrite[],
): Promise<Outcome | undefined> {
  try {
    const [write] = writes;
    if (!write) return 'ack';
    if (writes.length > 1)
      await client.send(new TransactWriteItemsCommand({ TransactItems: writes.map(inTransaction) }));
    else await sendOne(client, write);
    return 'ack';
  } catch (error) {
    return isRefusal(error) ? 'nack' : undefined;
  }
}

/** Whether a row is as a write would have left it: the answer to a write whose own answer was lost. */
export async function landed(client: DynamoDBClient, { tableName, key, image }: RowWrite): Promise<boolean> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
  );
  const stored = Item && Object.entries(Item).filter(([name]) => !name.startsWith('_mig_'));
  if (!stored || image === null) return !stored && image === null;
  return canonicalItem(Object.fromEntries(stored)) === canonicalItem(image);
}

async function sendOne(client: DynamoDBClient, write: RowWrite): Promise<void> {
  const { tableName: TableName, key: Key, image } = write;
  if (image === null) await client.send(new DeleteItemCommand({ TableName, Key }));
  else if (write.changes)
    await client.send(new UpdateItemCommand({ TableName, Key, ...setting(write.changes) }));
  else await client.send(new PutItemCommand({ TableName, Item: image, ...(write.create && absent(Key)) }));
}

function inTransaction(write: RowWrite) {
  const { tableName: TableName, key: Key, image, changes } = write;
  if (image === null) return { Delete: { TableName, Key } };
  if (changes) return { Update: { TableName, Key, ...setting(changes) } };
  return { Put: { TableName, Item: image } };
}

function setting(changes: Item) {
  const entries = Object.entries(changes);
  return {
    UpdateExpression: `SET ${entries.map((_, i) => `#n${i} = :v${i}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(entries.map(([name], i) => [`#n${i}`, name])),
    ExpressionAttributeValues: Object.fromEntries(entries.map(([, value], i) => [`:v${i}`, value])),
  };
}

function absent(key: Item) {
  const [name = ''] = Object.keys(key);
  return { ConditionExpression: 'attribute_not_exists(#key)', ExpressionAttributeNames: { '#key': name } };
}

function isRefusal(error: unknown): boolean {
  if (error instanceof ConditionalCheckFailedException) return true;
  return error instanceof Error && /^(ValidationException|ResourceNotFoundException)$/.test(error.name);
}
