import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '@agent-engine/migration-core';
import { patiently } from '../database/call.ts';
import type { Governor } from '../run/governor.ts';

export interface ScanPage {
  items: Item[];
  /** Where the scan goes on after this page; absent after the last. */
  next: Record<string, AttributeValue> | undefined;
}

export interface ScanOptions {
  client: DynamoDBClient;
  tableName: string;
  segment?: number;
  segments?: number;
  from?: Record<string, AttributeValue>;
  limit?: number;
  filter?: {
    expression: string;
    names?: Record<string, string>;
    values?: Record<string, AttributeValue>;
  };
  governor?: Governor;
  signal?: AbortSignal;
}

/** A segment of a table, strongly consistent, a page at a time; the next page is read while this one is worked on. */
export async function* scanPages(options: ScanOptions): AsyncGenerator<ScanPage> {
  let ahead: Promise<ScanPage> | undefined = readPage(options, options.from);
  while (ahead) {
    const page: ScanPage = await ahead;
    ahead = page.next && !options.signal?.aborted ? readPage(options, page.next) : undefined;
    // Whoever stops listening must not leave a rejection behind.
    ahead?.catch(() => {});
    yield page;
  }
}

async function readPage(
  { client, tableName, segment, segments, limit, filter, governor, signal }: ScanOptions,
  from: Record<string, AttributeValue> | undefined,
): Promise<ScanPage> {
  await governor?.admit('read', signal);
  const {
    Items = [],
    LastEvaluatedKey,
    ConsumedCapacity,
  } = await patiently(
    () =>
      client.send(
        new ScanCommand({
          TableName: tableName,
          Segment: segment,
          TotalSegments: segments,
          ExclusiveStartKey: from,
          ConsistentRead: true,
          Limit: limit,
          FilterExpression: filter?.expression,
          ExpressionAttributeNames: filter?.names,
          ExpressionAttributeValues: filter?.values,
          ReturnConsumedCapacity: 'TOTAL',
        }),
      ),
    { onThrottle: () => governor?.throttled('read') },
  );
  governor?.consumed('read', ConsumedCapacity?.CapacityUnits ?? 0);
  return { items: Items, next: LastEvaluatedKey };
}
