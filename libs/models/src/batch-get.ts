import { setTimeout as delay } from 'node:timers/promises';
import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AppError } from '@agent-engine/errors';
import { send } from './database.ts';
import type { StoredItem } from './item-codec.ts';

/** What one BatchGetItem takes. */
const BATCH = 100;
const MAX_ATTEMPTS = 8;

/** Reads rows of one table by key, in any order; duplicates are read once, keys DynamoDB puts off are asked again. */
export async function batchGet(
  client: DynamoDBClient,
  table: string,
  keys: readonly StoredItem[],
  { isConsistent = false } = {},
): Promise<StoredItem[]> {
  const distinct = [...new Map(keys.map((key) => [keyText(key), key])).values()];
  const batches = Array.from({ length: Math.ceil(distinct.length / BATCH) }, (_, i) =>
    distinct.slice(i * BATCH, (i + 1) * BATCH),
  );
  return (await Promise.all(batches.map((batch) => readBatch(client, table, batch, isConsistent)))).flat();
}

async function readBatch(
  client: DynamoDBClient,
  table: string,
  keys: StoredItem[],
  isConsistent: boolean,
): Promise<StoredItem[]> {
  const items: StoredItem[] = [];
  let pending: Record<string, AttributeValue>[] = keys;
  for (let attempt = 0; pending.length > 0; attempt++) {
    if (attempt === MAX_ATTEMPTS) {
      throw new AppError('storage.unavailable', 'The storage is throttling reads. Try again in a moment.');
    }
    if (attempt > 0) await delay(Math.random() * Math.min(1000, 25 * 2 ** attempt));
    const answer = await send(
      client.send(
        new BatchGetItemCommand({
          RequestItems: { [table]: { Keys: pending, ConsistentRead: isConsistent } },
        }),
      ),
    );
    items.push(...(answer.Responses?.[table] ?? []));
    pending = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return items;
}

/** The same text for the same key, whatever the order of its attributes. */
export function keyText(key: StoredItem): string {
  return Object.keys(key)
    .sort()
    .map((name) => JSON.stringify([name, key[name]?.S]))
    .join();
}
