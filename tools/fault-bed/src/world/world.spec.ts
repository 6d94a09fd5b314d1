import { DescribeTableCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { testDatabase } from '@agent-engine/testing';
import { createLegacyTables, createTargetTables } from './create-world.ts';
import { legacyRows, type WorldRow } from './legacy-rows.ts';
import { legacyKeysOf, legacyTenantMapping, legacyTenants, mapLegacyKey } from './mapping.ts';
import { seedLegacyWorld } from './seed-world.ts';
import { worldTables } from './world-tables.ts';

const { client } = testDatabase();

const describeTable = async (TableName: string) =>
  (await client.send(new DescribeTableCommand({ TableName }))).Table;

describe('tables of the older engine', () => {
  it('are keyed by endpoint, indexes included, and lack what is to be left out', async () => {
    const names = await createLegacyTables(client, {
      tablePrefix: 'old-',
      without: { threads: ['updated_at-index'] },
      stream: 'NEW_IMAGE',
      billing: 'PROVISIONED',
    });
    expect(names).toHaveLength(17);
    const threads = await describeTable('old-threads');
    expect(threads?.KeySchema?.[0]?.AttributeName).toBe('endpoint_id');
    expect(threads?.LocalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['agent_uuid-index']);
    expect(threads?.StreamSpecification?.StreamViewType).toBe('NEW_IMAGE');
    const tasks = await describeTable('old-async_tasks');
    expect(tasks?.GlobalSecondaryIndexes?.[0]).toMatchObject({
      IndexName: 'endpoint_id-updated_at-index',
      KeySchema: [{ AttributeName: 'endpoint_id' }, { AttributeName: 'updated_at' }],
    });
    await expect(
      createLegacyTables(client, {
        tablePrefix: 'x-',
        tables: ['agents'],
        without: { agents: ['no-index'] },
      }),
    ).rejects.toThrow('no index no-index');
  });

  it('have targets beside them: the nine, with streams', async () => {
    const names = await createTargetTables(client);
    expect(names).toHaveLength(9);
    const agents = await describeTable('aace-agents-pk');
    expect(agents?.KeySchema?.[0]?.AttributeName).toBe('partition_key');
    expect(agents?.StreamSpecification?.StreamViewType).toBe('NEW_AND_OLD_IMAGES');
  });
});

describe('rows', () => {
  const rows = [...legacyRows({ seed: 7, count: 3000 })];
  const of = (table: string) => rows.filter((row) => row.table === table).map(({ item }) => item);

  it('are as many as asked for, the same for the same seed, and others for another', () => {
    expect(rows).toHaveLength(3000);
    expect([...legacyRows({ seed: 7, count: 3000 })]).toEqual(rows);
    expect([...legacyRows({ seed: 8, count: 3000 })]).not.toEqual(rows);
    expect(new Set(rows.map(({ table }) => table)).size).toBe(17);
    expect(new Set(rows.map(keyOf)).size).toBe(3000);
  });

  it('are of every tenant and every age', () => {
    const keys = new Set(of('threads').map(({ endpoint_id }) => endpoint_id?.S));
    expect([...keys].sort()).toEqual([...legacyTenants].sort());
    expect(of('elements').some(({ pattern }) => pattern === undefined)).toBe(true);
    expect(of('wizards').some(({ form_schema }) => form_schema !== undefined)).toBe(true);
    expect(of('agents').some(({ updated_at }) => updated_at === undefined)).toBe(true);
    expect(of('agents').some(({ status }) => status?.NULL)).toBe(true);
    expect(of('runs').filter(({ partition_key }) => partition_key).length).toBeGreaterThan(0);
    expect(of('runs').filter(({ partition_key }) => !partition_key).length).toBeGreaterThan(100);
    const values = rows.flatMap(({ item }) => Object.values(item));
    for (const type of ['S', 'N', 'B', 'SS', 'NS', 'BS', 'BOOL', 'NULL', 'L', 'M'] as const) {
      expect(values.some((value) => value[type] !== undefined)).toBe(true);
    }
    expect(values.some(({ N }) => N?.replace(/\D/g, '').length === 38)).toBe(true);
  });

  it('refer to parents that exist', () => {
    const threads = new Map(of('threads').map((row) => [row.thread_uuid?.S, row.endpoint_id?.S]));
    for (const row of [...of('runs'), ...of('messages'), ...of('tool_calls')]) {
      expect(threads.has(row.thread_uuid?.S)).toBe(true);
    }
    const agents = new Map(of('agents').map((row) => [row.agent_uuid?.S, row.endpoint_id?.S]));
    for (const row of of('fine_tuning_messages')) {
      expect(agents.get(row.agent_uuid?.S)).toBe(row.endpoint_id?.S);
    }
  });

  it('include those that cannot move when asked to', () => {
    const mixed = [...legacyRows({ seed: 7, count: 2000, misfits: 0.1 })];
    const threads = new Set(mixed.map(({ item }) => item.thread_uuid?.S).filter(Boolean));
    const own = new Set(
      mixed.filter(({ table }) => table === 'threads').map(({ item }) => item.thread_uuid?.S),
    );
    expect(threads.size).toBeGreaterThan(own.size);
  });

  it('are written, all of them', async () => {
    await createLegacyTables(client);
    const written = await seedLegacyWorld(client, { seed: 7, count: 1500 });
    let stored = 0;
    for (const { table } of worldTables) {
      for await (const page of paginateScan({ client }, { TableName: `aace-${table}`, Select: 'COUNT' })) {
        expect(page.Count).toBe(written[table] ?? 0);
        stored += page.Count ?? 0;
      }
    }
    expect(stored).toBe(1500);
  });
});

describe('mapping', () => {
  it('is total over listed keys, refuses what nobody listed, and goes back', () => {
    for (const tenant of legacyTenants) {
      const partition = mapLegacyKey(legacyTenantMapping, tenant);
      expect(partition && legacyKeysOf(legacyTenantMapping, partition)).toEqual([tenant]);
    }
    expect(mapLegacyKey(legacyTenantMapping, 'else#where')).toBeUndefined();
    expect(mapLegacyKey(legacyTenantMapping, 'openai')).toBeUndefined();
    expect(mapLegacyKey({ default: 'refuse', partitions: {} }, 'gpt')).toBeUndefined();
  });
});

function keyOf({ table, item }: WorldRow): string {
  const { legacyHash, range } = worldTables.find((candidate) => candidate.table === table) ?? {};
  return JSON.stringify([table, item[legacyHash ?? ''], item[range ?? '']]);
}
