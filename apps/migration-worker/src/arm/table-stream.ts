import { setTimeout as delay } from 'node:timers/promises';
import {
  DescribeTableCommand,
  type StreamSpecification,
  type TableDescription,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, type Shard } from '@aws-sdk/client-dynamodb-streams';
import { patiently } from '../database/call.ts';
import { type Database, LONG_READ } from '../database/clients.ts';

const POLL_MS = 50;
/** What a killed process has asked for may come after what was asked for in its place: then that is asked for again. */
const ASK_AGAIN_MS = 1_000;

export async function describeTable({ client }: Database, name: string): Promise<TableDescription> {
  const { Table } = await patiently(() =>
    client.send(new DescribeTableCommand({ TableName: name }), LONG_READ),
  );
  if (!Table) throw new Error(`DescribeTable of ${name} answers nothing.`);
  return Table;
}

export const streamEnabled = ({ StreamSpecification: spec }: TableDescription): boolean =>
  spec?.StreamEnabled === true;

/** Turns the stream on, with both images, unless it is on. @returns its ARN, once it can be read */
export async function openStream(database: Database, name: string): Promise<string> {
  for (;;) {
    const arn = await turned(database, name, { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' });
    if (arn !== undefined && (await isReadable(database, arn))) return arn;
    await delay(POLL_MS);
  }
}

/** Turns the stream off: every shard gets an end, and reading each to its end proves that nothing is left. */
export async function closeStream(database: Database, name: string): Promise<void> {
  await turned(database, name, { StreamEnabled: false });
}

/** @returns the ARN of the table's latest stream, once the table is as asked for */
async function turned(
  database: Database,
  name: string,
  spec: StreamSpecification,
): Promise<string | undefined> {
  let askedAt = -Infinity;
  for (;;) {
    const now = await describeTable(database, name);
    if (now.TableStatus === 'ACTIVE') {
      if (streamEnabled(now) === spec.StreamEnabled) return now.LatestStreamArn;
      if (performance.now() - askedAt >= ASK_AGAIN_MS) {
        await update(database, name, spec);
        askedAt = performance.now();
        continue;
      }
    }
    await delay(POLL_MS);
  }
}

const SETTLE_MS = 600;

/**
 * The same, and it stays on: a request to turn it off that was sent twice may arrive late. For streams that were just
 * turned off, while nobody writes. @returns its ARN
 */
export async function openSettledStream(database: Database, name: string): Promise<string> {
  for (;;) {
    const arn = await openStream(database, name);
    await delay(SETTLE_MS);
    const now = await describeTable(database, name);
    if (streamEnabled(now) && now.LatestStreamArn === arn) return arn;
  }
}

/** A stream that begins now. What the one before told is not in it. */
export async function restartStream(database: Database, name: string): Promise<string> {
  await closeStream(database, name);
  return openSettledStream(database, name);
}

export async function listShards({ streams }: Database, arn: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let from: string | undefined;
  do {
    const start = from;
    const { StreamDescription } = await patiently(() =>
      streams.send(new DescribeStreamCommand({ StreamArn: arn, ExclusiveStartShardId: start })),
    );
    shards.push(...(StreamDescription?.Shards ?? []));
    from = StreamDescription?.LastEvaluatedShardId;
  } while (from);
  return shards;
}

async function isReadable({ streams }: Database, arn: string): Promise<boolean> {
  const { StreamDescription } = await patiently(() =>
    streams.send(new DescribeStreamCommand({ StreamArn: arn })),
  );
  return StreamDescription?.StreamStatus === 'ENABLED' && (StreamDescription.Shards ?? []).length > 0;
}

async function update({ client }: Database, name: string, spec: StreamSpecification): Promise<void> {
  try {
    await patiently(() =>
      client.send(new UpdateTableCommand({ TableName: name, StreamSpecification: spec })),
    );
  } catch (error) {
    // A try whose answer got lost has done it; the caller looks until it is so.
    const done = streamEnabled(await describeTable({ client } as Database, name)) === spec.StreamEnabled;
    if (!done) throw error;
  }
}
