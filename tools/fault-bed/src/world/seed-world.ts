import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { legacyRows, type LegacyRows, type WorldRow } from './legacy-rows.ts';

export interface SeedWorld extends Partial<LegacyRows> {
  tablePrefix?: string;
  /** Batches under way at once. */
  concurrency?: number;
}

const BATCH = 25;
/** DynamoDB takes 16 MB at once; a batch of large rows is sent in parts well below. */
const BATCH_CHARACTERS = 4_000_000;

/** Fills the tables of {@link createLegacyTables}: 20,000 rows of five tenants unless said otherwise. Rows per table. */
export async function seedLegacyWorld(
  client: DynamoDBClient,
  { tablePrefix = 'aace-', concurrency = 8, seed = 1, count = 20_000, ...rest }: SeedWorld = {},
): Promise<Record<string, number>> {
  return writeRows(client, legacyRows({ seed, count, ...rest }), { tablePrefix, concurrency });
}

export async function writeRows(
  client: DynamoDBClient,
  rows: Iterable<WorldRow>,
  { tablePrefix = 'aace-', concurrency = 8 } = {},
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const batches = inBatches(rows);
  const lane = async () => {
    for (const batch of batches) {
      await writeBatch(client, batch, tablePrefix);
      for (const { table } of batch) counts[table] = (counts[table] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return counts;
}

function* inBatches(rows: Iterable<WorldRow>): Generator<WorldRow[], void, undefined> {
  let batch: WorldRow[] = [];
  let characters = 0;
  for (const row of rows) {
    batch.push(row);
    characters += JSON.stringify(row.item).length;
    if (batch.length < BATCH && characters < BATCH_CHARACTERS) continue;
    yield batch;
    [batch, characters] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

async function writeBatch(client: DynamoDBClient, batch: readonly WorldRow[], prefix: string): Promise<void> {
  let left: Record<string, WriteRequest[]> = {};
  for (const { table, item } of batch)
    (left[`${prefix}${table}`] ??= []).push({ PutRequest: { Item: item } });
  for (let attempt = 0; Object.keys(left).length > 0; attempt++) {
    if (attempt > 0) await delay(Math.min(1000, 20 * 2 ** attempt));
    const { UnprocessedItems = {} } = await client.send(new BatchWriteItemCommand({ RequestItems: left }));
    left = UnprocessedItems;
  }
}
