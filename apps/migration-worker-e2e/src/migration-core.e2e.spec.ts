import {
  CreateTableCommand,
  type AttributeValue,
  DeleteItemCommand,
  GetItemCommand,
  paginateScan,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  canonicalItem,
  type Item,
  refusal,
  RowSums,
  scanUnits,
  type TableShape,
  writeUnits,
} from '@agent-engine/migration-core';
import { testDatabase } from '@agent-engine/testing';

const { client } = testDatabase();
const shapes = [0, 1, 2, 3].map(shapeWith);

beforeAll(async () => {
  await Promise.all(shapes.map(createTable));
});

describe.each(shapes.map((shape, indexes) => [indexes, shape] as const))(
  'what the core says of a table with %i local indexes, and what the database does',
  (_indexes, shape) => {
    it('agree on what a copy costs: each write, and the pages of a scan to less than a unit each', async () => {
      const sums = new RowSums();
      let consumed = 0;
      for (let at = 0; at < 200; at++) {
        consumed += await put(shape, sampleRow(at));
        sums.add(shape, { source: sampleRow(at), target: sampleRow(at) });
      }
      expect(sums.writeUnits).toBe(consumed);
      let [read, pages] = [0, 0];
      const scan = { TableName: shape.table, ConsistentRead: true, Limit: 50 };
      for await (const page of paginateScan({ client }, { ...scan, ReturnConsumedCapacity: 'TOTAL' })) {
        read += page.ConsumedCapacity?.CapacityUnits ?? 0;
        pages += 1;
      }
      const estimate = scanUnits(sums.bytes.source, pages);
      expect(Math.abs(estimate - read)).toBeLessThan(pages);
      expect(Math.abs(estimate - read) / read).toBeLessThan(0.05);
    });

    it('agree on what each kind of write costs', async () => {
      const row = sampleRow(1000);
      const { k0: _, ...sparse } = row;
      const history = [
        row,
        { ...row, x: { S: 'y'.repeat(5000) } },
        { ...row, k0: { S: 'moved' } },
        sparse,
        row,
      ];
      let old: Item | undefined;
      for (const item of history) {
        expect(await put(shape, item)).toBe(writeUnits(shape, item, old));
        old = item;
      }
      const removed = await client.send(
        new DeleteItemCommand({ TableName: shape.table, Key: keyOf(row), ReturnConsumedCapacity: 'TOTAL' }),
      );
      expect(removed.ConsumedCapacity?.CapacityUnits).toBe(writeUnits(shape, undefined, old));
      const transaction = await client.send(
        new TransactWriteItemsCommand({
          TransactItems: [{ Put: { TableName: shape.table, Item: row } }],
          ReturnConsumedCapacity: 'TOTAL',
        }),
      );
      expect(transaction.ConsumedCapacity?.[0]?.CapacityUnits).toBe(2 * writeUnits(shape, row));
    });

    it('agree on which rows fit: what the core takes is taken, and little more than it refuses is refused', async () => {
      const room = Math.floor((400 * 1024) / (1 + shape.indexes.length));
      const sized = (bytes: number) => ({ ...sampleRow(2000), x: { S: 'x'.repeat(bytes) } });
      const fits = Array.from({ length: 400 }, (_, at) => room - at).find(
        (bytes) => !refusal(sized(bytes), shape),
      );
      expect(fits).toBeGreaterThan(room - 400);
      await expect(put(shape, sized(fits ?? 0))).resolves.toBeGreaterThan(0);
      await expect(put(shape, sized(room))).rejects.toMatchObject({ name: 'ValidationException' });
    });
  },
);

describe('rows as the database gives them back', () => {
  it.each<[string, AttributeValue]>([
    [
      'numbers in other spellings',
      { L: ['1.0', '1e2', '-0', '+7.50', '.5', `${'9'.repeat(38)}e80`].map((N) => ({ N })) },
    ],
    [
      'sets in other orders',
      {
        M: {
          s: { SS: ['b', 'a', 'é'] },
          n: { NS: ['10', '9.0', '-1'] },
          b: { BS: [Uint8Array.of(2), Uint8Array.of(1, 0)] },
        },
      },
    ],
    ['38 digits', { N: '12345678901234567890.123456789012345678' }],
    [
      'empty and absent values',
      { L: [{ S: '' }, { NULL: true }, { L: [] }, { M: {} }, { BOOL: false }, { B: new Uint8Array() }] },
    ],
    ['text of any kind', { S: '\u0000 "\\ \u2028 é e\u0301 😀' }],
  ])('are the rows that were written: %s', async (_name, value) => {
    const [shape] = shapes;
    const row: Item = { ...sampleRow(3000), value };
    await put(shape ?? shapeWith(0), row);
    const { Item: read } = await client.send(
      new GetItemCommand({ TableName: shape?.table, Key: keyOf(row), ConsistentRead: true }),
    );
    expect(canonicalItem(read ?? {})).toBe(canonicalItem(row));
  });
});

function shapeWith(indexes: number): TableShape {
  return {
    table: `core-${indexes}`,
    hash: 'h',
    range: 'r',
    rangeType: 'S',
    indexes: Array.from({ length: indexes }, (_, at) => ({
      name: `k${at}-index`,
      kind: 'local' as const,
      hash: 'h',
      range: `k${at}`,
      rangeType: 'S' as const,
    })),
  };
}

/** Of all sizes between a line and some pages, with some rows in fewer indexes than others. */
function sampleRow(at: number): Item {
  return {
    h: { S: `tenant-${at % 5}` },
    r: { S: String(at).padStart(20, '0') },
    k0: { S: `key-${at}` },
    ...(at % 3 > 0 && { k1: { S: `key-${at % 7}` } }),
    k2: { S: '2026-11-25T10:00:00.000000+0000' },
    n: { N: `-${at}.25` },
    json: { M: { list: { L: [{ N: '17.5' }, { BOOL: true }, { NULL: true }] } } },
    x: { S: 'é'.repeat((at * 37) % 2500) },
  };
}

const keyOf = ({ h, r }: Item): Item => ({ h: h ?? { S: '' }, r: r ?? { S: '' } });

async function put(shape: TableShape, item: Item): Promise<number> {
  const { ConsumedCapacity } = await client.send(
    new PutItemCommand({ TableName: shape.table, Item: item, ReturnConsumedCapacity: 'TOTAL' }),
  );
  return ConsumedCapacity?.CapacityUnits ?? 0;
}

async function createTable({ table, hash, range, indexes }: TableShape): Promise<void> {
  const schema = (sort: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [hash, range, ...indexes.map((index) => index.range)].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: schema(range),
      ...(indexes.length > 0 && {
        LocalSecondaryIndexes: indexes.map((index) => ({
          IndexName: index.name,
          KeySchema: schema(index.range),
          Projection: { ProjectionType: 'ALL' as const },
        })),
      }),
    }),
  );
}
