import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { processEnv } from '@agent-engine/config';

/**
 * What a copy costs without resuming, checking, counting or leasing: each of `segments` scans a page and writes it in
 * `lanes` batches of 25 at a time. `put` overwrites whatever is there, `insert` does not, as the migration must not.
 */
type Item = Record<string, AttributeValue>;
const BATCH = 25;
const [source = '', target = '', mode = 'put', segments = '4', lanes = '4'] = process.argv.slice(2);
const env = processEnv();
const client = new DynamoDBClient({ endpoint: env.DYNAMODB_ENDPOINT, region: env.AWS_REGION });
client.middlewareStack.remove('loggerMiddleware');

const write = mode === 'insert' ? insert : put;
const begun = performance.now();
const counts = await Promise.all(Array.from({ length: Number(segments) }, (_, segment) => copy(segment)));
const rows = counts.reduce((sum, count) => sum + count, 0);
process.stdout.write(JSON.stringify({ rows, seconds: (performance.now() - begun) / 1_000 }));
client.destroy();

async function copy(Segment: number): Promise<number> {
  let count = 0;
  let from: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: source,
        ConsistentRead: true,
        Segment,
        TotalSegments: Number(segments),
        ExclusiveStartKey: from,
      }),
    );
    const items = (page.Items ?? []).map(moved);
    const batches = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, i) =>
      items.slice(i * BATCH, (i + 1) * BATCH),
    );
    await Promise.all(
      Array.from({ length: Number(lanes) }, async () => {
        for (let batch = batches.shift(); batch; batch = batches.shift()) await write(batch);
      }),
    );
    count += items.length;
    from = page.LastEvaluatedKey;
  } while (from);
  return count;
}

function moved(item: Item): Item {
  const endpoint = item.endpoint_id?.S ?? '';
  return { ...item, partition_key: { S: `${endpoint}#${endpoint}` }, part_id: { S: endpoint } };
}

async function put(items: readonly Item[]): Promise<void> {
  const requests = items.map((Item) => ({ PutRequest: { Item } }));
  const { UnprocessedItems = {} } = await client.send(
    new BatchWriteItemCommand({ RequestItems: { [target]: requests } }),
  );
  if (Object.keys(UnprocessedItems).length > 0) throw new Error('DynamoDB Local never leaves items out.');
}

async function insert(items: readonly Item[]): Promise<void> {
  const { Responses = [] } = await client.send(
    new BatchExecuteStatementCommand({
      Statements: items.map((item) => ({
        Statement: `INSERT INTO "${target}" VALUE {${Object.keys(item)
          .map((name) => `'${name.replaceAll("'", "''")}':?`)
          .join(',')}}`,
        Parameters: Object.values(item),
      })),
    }),
  );
  const failed = Responses.find(({ Error: error }) => error);
  if (failed) throw new Error(failed.Error?.Message);
}
