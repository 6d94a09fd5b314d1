import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';

/** The hash attribute of tenant tables before partitions. */
const LEGACY_HASH = 'endpoint_id';

/** Rows per legacy key of one table. Reads the whole table, transfers only the keys, holds one entry per key. */
export async function legacyKeys(client: DynamoDBClient, tableName: string): Promise<Map<string, number>> {
  const rows = new Map<string, number>();
  const pages = paginateScan(
    { client },
    {
      TableName: tableName,
      // Without one, each page takes DynamoDB Local as long as the table is large.
      Limit: 1_000,
      ProjectionExpression: '#hash',
      ExpressionAttributeNames: { '#hash': LEGACY_HASH },
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) {
      const key = item[LEGACY_HASH]?.S ?? '';
      rows.set(key, (rows.get(key) ?? 0) + 1);
    }
  }
  return rows;
}
