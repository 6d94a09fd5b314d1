import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '@agent-engine/migration-core';
import { patiently } from '../database/call.ts';
import { LONG_READ } from '../database/clients.ts';
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

/** Of a table that one process reads as a whole, at once. */
const PARALLEL_SEGMENTS = 4;
/**
 * Of a page, as far as its rows are like those of the page before: memory is bounded by pages under way, and a page
 * of DynamoDB's own size, 1 MB, takes ten times that as objects. Far more than the unit that is rounded up per page.
 */
const PAGE_BYTES = 256 * 1024;
/** Before anything is known of the rows. */
const FIRST_ROWS = 25;
const READ_UNIT_BYTES = 4096;

/** About how many pages {@link scanPages} makes of so many rows. */
export function pagesOf({ rows, bytes }: { rows: number; bytes: number }, segments: number): number {
  const first = rows === 0 ? 0 : (bytes / rows) * FIRST_ROWS;
  return segments * (1 + Math.ceil(Math.max(0, bytes / segments - first) / PAGE_BYTES));
}

/** A segment of a table, strongly consistent, a page at a time; the next page is read while this one is worked on. */
export async function* scanPages(options: ScanOptions): AsyncGenerator<ScanPage> {
  let rows = options.limit ?? FIRST_ROWS;
  const read = async (from: ScanPage['next']): Promise<ScanPage> => {
    const { page, bytes, looked } = await readPage(options, from, rows);
    if (options.limit === undefined && looked > 0)
      rows = Math.max(1, Math.floor((looked / bytes) * PAGE_BYTES));
    return page;
  };
  let ahead: Promise<ScanPage> | undefined = read(options.from);
  while (ahead) {
    const page: ScanPage = await ahead;
    ahead = page.next && !options.signal?.aborted ? read(page.next) : undefined;
    // Whoever stops listening must not leave a rejection behind.
    ahead?.catch(() => {});
    yield page;
  }
}

/** All rows of a table, a page at a time, several segments at once. */
export async function scanTable(
  options: Omit<ScanOptions, 'segment' | 'from'> & { segments: number },
  visit: (rows: Item[]) => void | Promise<void>,
): Promise<void> {
  const segments = Array.from({ length: options.segments }, (_, segment) => segment).values();
  await Promise.all(
    Array.from({ length: PARALLEL_SEGMENTS }, async () => {
      for (const segment of segments) {
        for await (const { items } of scanPages({ ...options, segment })) {
          await visit(items);
          if (options.signal?.aborted) return;
        }
      }
    }),
  );
}

async function readPage(
  { client, tableName, segment, segments, filter, governor, signal }: ScanOptions,
  from: ScanPage['next'],
  limit: number,
): Promise<{ page: ScanPage; bytes: number; looked: number }> {
  await governor?.admit('read', signal);
  const {
    Items = [],
    LastEvaluatedKey,
    ScannedCount: looked = Items.length,
    ConsumedCapacity: { CapacityUnits: units = 1 } = {},
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
        LONG_READ,
      ),
    { onThrottle: () => governor?.throttled('read') },
  );
  governor?.consumed('read', units);
  return { page: { items: Items, next: LastEvaluatedKey }, bytes: units * READ_UNIT_BYTES, looked };
}
