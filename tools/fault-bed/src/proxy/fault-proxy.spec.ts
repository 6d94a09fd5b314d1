import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { testDatabase } from '@agent-engine/testing';
import type { Fault } from './fault.ts';
import { seededPlan } from './fault-plan.ts';
import { type FaultProxy, type FaultProxyOptions, startFaultProxy } from './fault-proxy.ts';

const database = testDatabase();
const Key = (id: string) => ({ id: { S: id } });
const put = (id: string, n = '1') =>
  new PutItemCommand({ TableName: 'things', Item: { ...Key(id), n: { N: n } } });
const insert = (id: string) => ({ Statement: `INSERT INTO "things" VALUE {'id': '${id}'}` });

let proxy: FaultProxy;
let client: DynamoDBClient;

beforeAll(() =>
  database.client.send(
    new CreateTableCommand({
      TableName: 'things',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  ),
);

async function through(options: Partial<FaultProxyOptions> = {}, maxAttempts = 1) {
  proxy = await startFaultProxy({ upstream: database.endpoint, ...options });
  client = new DynamoDBClient({
    endpoint: proxy.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: database.accessKeyId, secretAccessKey: 'local' },
    maxAttempts,
  });
}
afterEach(async () => {
  client.destroy();
  await proxy.stop();
});

const once = (fault: Fault) => {
  let done = false;
  return () => (done ? undefined : ((done = true), fault));
};
const stored = async (id: string) =>
  (await database.client.send(new GetItemCommand({ TableName: 'things', Key: Key(id) }))).Item;

it('tells a watcher of each call and its answer before the client hears of it', async () => {
  await through();
  const seen: unknown[] = [];
  proxy.watcher = ({ operation }, answer) => seen.push([operation, answer?.status]);
  proxy.plan = ({ operation }) => (operation === 'GetItem' ? { kind: 'drop', when: 'before' } : undefined);
  await client.send(put('watched'));
  expect(seen).toEqual([['PutItem', 200]]);
  await expect(
    client.send(new GetItemCommand({ TableName: 'things', Key: Key('watched') })),
  ).rejects.toThrow();
  expect(seen[1]).toEqual(['GetItem', undefined]);
});

describe('a proxy without a plan', () => {
  it('passes everything on and says what passed', async () => {
    await through();
    await client.send(
      new PutItemCommand({
        TableName: 'things',
        Item: { ...Key('plain'), n: { N: '12345678901234567890123456789012345678' } },
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    const { Items } = await client.send(
      new ScanCommand({ TableName: 'things', ReturnConsumedCapacity: 'INDEXES' }),
    );
    expect(Items?.[0]?.n?.N).toBe('12345678901234567890123456789012345678');
    expect(proxy.log.operations).toEqual({ PutItem: 1, Scan: 1 });
    expect(proxy.log.mutations).toBe(1);
    expect(proxy.log.consumed.things).toEqual({ write: 1, read: 0.5 });
    expect(proxy.log.last).toMatchObject([
      { n: 1, mutating: true, tables: ['things'] },
      { n: 2, status: 200 },
    ]);
  });

  it('knows reading from writing in PartiQL, and transactions', async () => {
    await through();
    await client.send(new BatchExecuteStatementCommand({ Statements: [insert('partiql')] }));
    await client.send(
      new BatchExecuteStatementCommand({
        Statements: [{ Statement: `SELECT * FROM "things" WHERE id='a'` }],
      }),
    );
    expect(proxy.log.last.map(({ mutating, tables }) => [mutating, tables])).toEqual([
      [true, ['things']],
      [false, ['things']],
    ]);
  });

  it('calls hooks at the k-th call, before it and after it', async () => {
    await through();
    const seen: unknown[] = [];
    proxy.at(2, 'before', async (call) => void seen.push('before', call.n, await stored('hooked')));
    proxy.at(2, 'after', async () => void seen.push('after', (await stored('hooked'))?.n?.N));
    await client.send(put('other'));
    await client.send(put('hooked'));
    await client.send(put('hooked', '2'));
    expect(seen).toEqual(['before', 2, undefined, 'after', '1']);
  });
});

describe('single faults', () => {
  it('drop a call before or after the database did it', async () => {
    await through();
    proxy.plan = once({ kind: 'drop', when: 'before' });
    await expect(client.send(put('dropped-before'))).rejects.toThrow();
    proxy.plan = once({ kind: 'drop', when: 'after' });
    await expect(client.send(put('dropped-after'))).rejects.toThrow();
    expect([await stored('dropped-before'), (await stored('dropped-after'))?.id?.S]).toEqual([
      undefined,
      'dropped-after',
    ]);
  });

  it('cut an answer in the middle', async () => {
    await through({ plan: once({ kind: 'cut' }) });
    await expect(client.send(new ScanCommand({ TableName: 'things' }))).rejects.toThrow();
    await expect(client.send(new ScanCommand({ TableName: 'things' }))).resolves.toBeDefined();
  });

  it('do a call again, long after others', async () => {
    await through();
    proxy.plan = once({ kind: 'duplicate', lateMs: 300 });
    await client.send(put('again', '1'));
    await client.send(put('again', '2'));
    expect((await stored('again'))?.n?.N).toBe('2');
    await proxy.settled();
    expect((await stored('again'))?.n?.N).toBe('1');
  });

  it('are errors as DynamoDB words them', async () => {
    await through();
    for (const [fault, name] of [
      [{ kind: 'serverError' }, 'InternalServerError'],
      [{ kind: 'throttle' }, /^(ProvisionedThroughputExceeded|Throttling)Exception$/],
      [{ kind: 'conflict' }, 'TransactionConflictException'],
      [{ kind: 'collectionFull' }, 'ItemCollectionSizeLimitExceededException'],
    ] as const) {
      proxy.plan = once(fault);
      await expect(client.send(put('refused'))).rejects.toMatchObject({ name: expect.stringMatching(name) });
    }
    expect(await stored('refused')).toBeUndefined();
  });

  it('refuse a transaction for one of its actions', async () => {
    await through({ plan: once({ kind: 'conflict' }) });
    const TransactItems = ['a', 'b', 'c'].map((id) => ({
      Put: { TableName: 'things', Item: Key(`t-${id}`) },
    }));
    const refused = client.send(new TransactWriteItemsCommand({ TransactItems }));
    await expect(refused).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'TransactionConflict', Message: expect.any(String) },
        { Code: 'None' },
      ],
    });
    expect(await stored('t-a')).toBeUndefined();
  });
});

describe('batches in part', () => {
  const ids = Array.from({ length: 9 }, (_, i) => `b${i}`);

  it('leave writes unprocessed, and do the rest', async () => {
    await through({ plan: once({ kind: 'throttle' }) });
    const things = ids.map((id) => ({ PutRequest: { Item: Key(`w-${id}`) } }));
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { things } }));
    expect(UnprocessedItems?.things).toHaveLength(3);
    const left = UnprocessedItems?.things?.map(({ PutRequest }) => PutRequest?.Item?.id?.S);
    for (const id of ids) expect(Boolean(await stored(`w-${id}`))).toBe(!left?.includes(`w-${id}`));
  });

  it('leave keys unprocessed, with what was asked of them', async () => {
    await through({ plan: once({ kind: 'throttle' }) });
    await database.client.send(put('b0'));
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { things: { Keys: ids.map(Key), ConsistentRead: true } } }),
    );
    expect(UnprocessedKeys?.things).toMatchObject({ ConsistentRead: true });
    expect(UnprocessedKeys?.things?.Keys).toHaveLength(3);
    expect(Responses?.things).toHaveLength(1);
  });

  it('refuse single statements, in their place', async () => {
    await through({ plan: once({ kind: 'throttle' }) });
    const { Responses } = await client.send(
      new BatchExecuteStatementCommand({ Statements: ids.map((id) => insert(`s-${id}`)) }),
    );
    expect(Responses).toHaveLength(9);
    for (const [i, id] of ids.entries()) {
      const code = Responses?.[i]?.Error?.Code;
      expect([undefined, 'ProvisionedThroughputExceeded']).toContain(code);
      expect(Boolean(await stored(`s-${id}`))).toBe(code === undefined);
    }
    expect(Responses?.filter(({ Error: refused }) => refused)).toHaveLength(3);
  });
});

describe('a seeded plan', () => {
  it('is the same for the same seed, hits as often as it says, and is survived by a client that tries again', async () => {
    await through({ plan: seededPlan({ seed: 3, rate: 0.3, upToMs: 5 }), keep: 5000 }, 50);
    await Promise.all(Array.from({ length: 150 }, (_, i) => client.send(put(`storm-${i}`))));
    await proxy.settled();
    for (let i = 0; i < 150; i++) expect(await stored(`storm-${i}`)).toBeDefined();
    const hit = proxy.log.last.filter(({ fault }) => fault).length / proxy.log.count;
    expect(hit).toBeGreaterThan(0.15);
    expect(hit).toBeLessThan(0.45);
    const call = {
      n: 1,
      service: 'dynamodb',
      operation: 'PutItem',
      tables: [],
      mutating: true,
      request: {},
    } as const;
    const draw = (seed: number) => {
      const plan = seededPlan({ seed, rate: 0.5 });
      return Array.from({ length: 100 }, () => plan(call));
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});

describe('capacity', () => {
  it('lets through what the table can do, and after a burst no more', async () => {
    await through({ capacity: { write: 20, burstSeconds: 1 } });
    const started = performance.now();
    const update = (i: number) =>
      new UpdateItemCommand({
        TableName: 'things',
        Key: Key('hot'),
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: String(i) } },
        ReturnConsumedCapacity: 'TOTAL',
      });
    let done = 0;
    for (let i = 0; i < 120; i++) {
      await client.send(update(i)).then(
        () => done++,
        (error: Error) => expect(error.name).toMatch(/Throughput|Throttling/),
      );
    }
    const seconds = (performance.now() - started) / 1000;
    expect(done).toBeGreaterThanOrEqual(20);
    expect(done).toBeLessThanOrEqual(Math.ceil(20 + 20 * seconds) + 1);
    expect(proxy.capacity?.refused).toBe(120 - done);
    expect(proxy.log.consumed.things?.write).toBe(done);
  });

  it('takes of a batch so many entries as there is room for', async () => {
    await through({ capacity: { write: 3, burstSeconds: 1 } });
    const ids = ['b1', 'b2', 'b3', 'b4', 'b5'];
    const { Responses = [], ConsumedCapacity } = await client.send(
      new BatchExecuteStatementCommand({ Statements: ids.map(insert), ReturnConsumedCapacity: 'TOTAL' }),
    );
    expect(Responses.map(({ Error: error }) => error?.Code?.replace(/Error|Exceeded/, ''))).toEqual([
      undefined,
      undefined,
      undefined,
      expect.stringMatching(/^(Throttling|ProvisionedThroughput)$/),
      expect.stringMatching(/^(Throttling|ProvisionedThroughput)$/),
    ]);
    expect(ConsumedCapacity).toEqual([{ TableName: 'things', CapacityUnits: 3 }]);
    expect(await Promise.all(ids.map(async (id) => (await stored(id)) !== undefined))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(proxy.capacity?.refused).toBe(1);
  });

  it('tells what statements took, as DynamoDB does', async () => {
    await through({ capacity: { write: 1000 } });
    const { ConsumedCapacity } = await client.send(
      new BatchExecuteStatementCommand({
        Statements: [insert('c1'), insert('c2')],
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    expect(ConsumedCapacity).toEqual([{ TableName: 'things', CapacityUnits: 2 }]);
  });
});
