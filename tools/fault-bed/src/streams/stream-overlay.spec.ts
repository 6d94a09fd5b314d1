import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  type ShardIteratorType,
} from '@aws-sdk/client-dynamodb-streams';
import { testDatabase } from '@agent-engine/testing';
import { type FaultProxy, startFaultProxy } from '../proxy/fault-proxy.ts';
import type { StreamScript } from './stream-script.ts';

const database = testDatabase();
let proxy: FaultProxy;
let client: DynamoDBClient;
let streams: DynamoDBStreamsClient;
let arn: string;
let table: string;

async function world(script: Partial<StreamScript> = {}) {
  proxy = await startFaultProxy({
    upstream: database.endpoint,
    streams: { seed: 5, recordsPerShard: 10, ...script },
  });
  const options = {
    endpoint: proxy.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: database.accessKeyId, secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  client = new DynamoDBClient(options);
  streams = new DynamoDBStreamsClient(options);
  table = `t${Math.random().toString(36).slice(2)}`;
  const { TableDescription } = await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  arn = TableDescription?.LatestStreamArn ?? '';
}
afterEach(async () => {
  client.destroy();
  streams.destroy();
  await proxy.stop();
});

/** So many versions of each of the items, mixed; a delete at the end of some. */
async function write(items: number, versions: number, first = 0) {
  for (let version = first; version < first + versions; version++) {
    for (let i = 0; i < items; i++) {
      const key = { id: { S: `item-${i}` } };
      if (version % 4 === 3) await client.send(new DeleteItemCommand({ TableName: table, Key: key }));
      else {
        const Item = { ...key, v: { N: String(version) } };
        await client.send(new PutItemCommand({ TableName: table, Item }));
      }
    }
  }
}

async function listShards(): Promise<Shard[]> {
  const shards: Shard[] = [];
  let ExclusiveStartShardId: string | undefined;
  do {
    const { StreamDescription } = await streams.send(
      new DescribeStreamCommand({ StreamArn: arn, ExclusiveStartShardId }),
    );
    shards.push(...(StreamDescription?.Shards ?? []));
    ExclusiveStartShardId = StreamDescription?.LastEvaluatedShardId;
  } while (ExclusiveStartShardId);
  return shards;
}

async function iterator(ShardId: string, type: ShardIteratorType = 'TRIM_HORIZON', SequenceNumber?: string) {
  const { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({ StreamArn: arn, ShardId, ShardIteratorType: type, SequenceNumber }),
  );
  return ShardIterator;
}

/** A shard that takes records and has some. The one that took the last of them may just have ended. */
async function shardWithRecords(): Promise<{ id: string }> {
  for (let version = 100; ; version += 4) {
    await listShards();
    const filled = proxy.streams
      ?.shardsOf(table)
      .find(({ closed, records }) => !closed && records.length > 0);
    if (filled) return filled;
    await write(1, 1, version);
  }
}

/** Reads a shard until it ends, or has given nothing twenty times. */
async function read(ShardId: string) {
  let ShardIterator = await iterator(ShardId);
  const records: string[][] = [];
  let idle = 0;
  while (ShardIterator && idle < 20) {
    const page = await streams.send(new GetRecordsCommand({ ShardIterator, Limit: 4 }));
    for (const { dynamodb } of page.Records ?? []) {
      records.push([
        dynamodb?.Keys?.id?.S ?? '',
        dynamodb?.NewImage?.v?.N ?? 'gone',
        dynamodb?.SequenceNumber ?? '',
      ]);
    }
    idle = page.Records?.length ? 0 : idle + 1;
    ShardIterator = page.NextShardIterator;
  }
  return { records, ended: ShardIterator === undefined };
}

describe('a scripted lineage', () => {
  it('is a tree, listed children first, whose records come once and per item in order, parents first', async () => {
    await world();
    await write(12, 8);
    const listed = await listShards();
    expect(listed.length).toBeGreaterThan(6);
    const ids = listed.map(({ ShardId }) => ShardId);
    expect(new Set(ids).size).toBe(ids.length);
    const children = listed.filter(({ ParentShardId }) => ParentShardId !== undefined);
    for (const { ShardId, ParentShardId } of children) {
      expect(ids.indexOf(ShardId)).toBeLessThan(ids.indexOf(ParentShardId));
    }
    expect(new Set(children.map(({ ParentShardId }) => ParentShardId)).size).toBeLessThan(children.length);

    const seen = new Map<string, string[]>();
    for (const { ShardId = '', SequenceNumberRange: range } of listed.toReversed()) {
      const { records, ended } = await read(ShardId);
      expect(ended).toBe(range?.EndingSequenceNumber !== undefined);
      for (const [id = '', version = ''] of records) seen.set(id, [...(seen.get(id) ?? []), version]);
    }
    const expected = ['0', '1', '2', 'gone', '4', '5', '6', 'gone'];
    expect([...seen.values()]).toEqual(Array.from({ length: 12 }, () => expected));
  });

  it('ends in every shard when the stream is disabled', async () => {
    await world();
    await write(5, 3);
    await client.send(
      new UpdateTableCommand({ TableName: table, StreamSpecification: { StreamEnabled: false } }),
    );
    const shards = await listShards();
    let count = 0;
    for (const { ShardId = '' } of shards) {
      const { records, ended } = await read(ShardId);
      expect(ended).toBe(true);
      count += records.length;
    }
    expect(count).toBe(15);
  });

  it('goes on after a sequence number, and refuses one that has not been', async () => {
    await world({ recordsPerShard: 100 });
    await write(1, 3);
    const [{ ShardId = '' } = {}] = await listShards();
    const { records } = await read(ShardId);
    const ShardIterator = await iterator(ShardId, 'AFTER_SEQUENCE_NUMBER', records[1]?.[2]);
    let page = await streams.send(new GetRecordsCommand({ ShardIterator }));
    while (page.Records?.length === 0) {
      page = await streams.send(new GetRecordsCommand({ ShardIterator: page.NextShardIterator }));
    }
    expect(page.Records?.[0]?.dynamodb?.SequenceNumber).toBe(records[2]?.[2]);
    await expect(iterator(ShardId, 'AFTER_SEQUENCE_NUMBER', '9'.repeat(30))).rejects.toThrow('Invalid');
  });
});

describe('what streams lose', () => {
  it('trimmed records are refused, trimmed shards are no longer there', async () => {
    await world();
    await write(6, 4);
    const listed = await listShards();
    const root = listed.find(({ ParentShardId }) => !ParentShardId);
    const filled = await shardWithRecords();
    const [before, unread] = [await iterator(root?.ShardId ?? ''), await iterator(filled.id)];
    await proxy.streams?.trim(table);
    expect((await listShards()).map(({ ShardId }) => ShardId)).not.toContain(root?.ShardId);
    await expect(iterator(root?.ShardId ?? '')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    for (const ShardIterator of [before, unread]) {
      await expect(streams.send(new GetRecordsCommand({ ShardIterator }))).rejects.toMatchObject({
        name: 'TrimmedDataAccessException',
      });
    }
  });

  it('iterators expire, parents hide, records come again', async () => {
    await world({ hiddenParents: 2, redelivered: 1, recordsPerShard: 12 });
    await write(3, 16);
    const missing = (shards: Shard[]) =>
      shards.filter(
        ({ ParentShardId }) => ParentShardId && !shards.some(({ ShardId }) => ShardId === ParentShardId),
      );
    expect(missing(await listShards()).length).toBeGreaterThan(0);
    await listShards();
    const shards = await listShards();
    expect(missing(shards)).toEqual([]);
    const root = shards.find(({ ParentShardId }) => !ParentShardId)?.ShardId ?? '';
    const { records } = await read(root);
    expect(new Set(records.map(([, , sequence]) => sequence)).size).toBeLessThan(records.length);
    const old = await iterator(root);
    proxy.streams?.expireIterators();
    await expect(streams.send(new GetRecordsCommand({ ShardIterator: old }))).rejects.toMatchObject({
      name: 'ExpiredIteratorException',
    });
  });
});
