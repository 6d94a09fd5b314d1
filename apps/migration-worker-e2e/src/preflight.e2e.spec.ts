import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { processEnv } from '@agent-engine/config';
import { migrationControlTable } from '@agent-engine/entities';
import {
  createLegacyTables,
  createTargetTables,
  type FaultProxy,
  type Item,
  readWorld,
  startFaultProxy,
} from '@agent-engine/fault-bed';
import { runCli } from '@agent-engine/migration-worker';
import { testDatabase, type TestDatabase } from '@agent-engine/testing';
import { stringify } from 'yaml';

interface Check {
  id: string;
  verdict: string;
  evidence: string;
  fix: string;
}

/** Of a row with two local index entries. */
const LARGEST = Math.floor((400 * 1024) / 3);
const TABLES = ['agents', 'threads'];
let database: TestDatabase;
let proxy: FaultProxy;
let directory: string;

beforeEach(async () => {
  database = testDatabase();
  Object.assign(processEnv(), { AWS_ACCESS_KEY_ID: database.accessKeyId, AWS_SECRET_ACCESS_KEY: 'local' });
  proxy = await startFaultProxy({ upstream: database.endpoint });
  directory = await mkdtemp(join(tmpdir(), 'preflight-'));
  await createLegacyTables(database.client, { tables: TABLES });
  await createTargetTables(database.client, { tables: TABLES });
  await put(agent('gpt', '1'));
});
afterEach(async () => {
  await proxy.stop();
  database.client.destroy();
  await rm(directory, { recursive: true, force: true });
});

const agent = (endpoint: string, version: string, more: Item = {}): Item => ({
  endpoint_id: { S: endpoint },
  agent_version_uuid: { S: version },
  agent_uuid: { S: 'a' },
  updated_at: { S: '2025-01-01T00:00:00.000000+0000' },
  ...more,
});

const put = (item: Item, TableName = 'aace-agents') =>
  database.client.send(new PutItemCommand({ TableName, Item: item }));

/** The largest row that the older table takes: the new one's keys are longer, in the row and in each index entry. */
async function putLargest(): Promise<void> {
  for (let bytes = LARGEST; bytes > 0; bytes -= 16) {
    const taken = await put(agent('gpt', 'large', { instructions: { S: 'x'.repeat(bytes) } })).then(
      () => true,
      () => false,
    );
    if (taken) return;
  }
}

type Config = Record<string, unknown>;

async function migrate(command: string, changes: Config = {}) {
  const file = join(directory, 'migration.yaml');
  const place = { tablePrefix: 'aace-', endpoint: proxy.endpoint };
  const config = {
    id: 'careful',
    source: place,
    target: { ...place, tenantTableSuffix: '-pk' },
    tables: TABLES,
    mapping: { default: 'same' },
    cutover: { fence: { command: 'true' } },
    audit: join(directory, 'audit.jsonl'),
    ...changes,
  };
  await writeFile(file, stringify(config));
  const said = { code: 0, out: '', err: '' };
  said.code = await runCli([command, '--json', '--config', file], {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
  });
  return said;
}

/** Every table and every row there is. */
async function everything(client: DynamoDBClient): Promise<string> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const rows: unknown[] = [];
  for (const side of ['source', 'target'] as const) {
    const tables = TABLES.filter((table) =>
      TableNames.includes(`aace-${table}${side === 'target' ? '-pk' : ''}`),
    );
    for await (const row of readWorld({ client, side, tables })) rows.push(row);
  }
  return JSON.stringify([TableNames.toSorted(), rows]);
}

const shared = { endpoint_id: 'shared', part_id: 'shared' };
const drop = (name: string) => database.client.send(new DeleteTableCommand({ TableName: name }));

const FIXTURES: readonly [what: string, id: string, prepare: () => Promise<unknown>, changes?: Config][] = [
  ['a missing source table', 'source.exists', () => drop('aace-threads')],
  ['a missing target table', 'target.exists', () => drop('aace-threads-pk')],
  [
    'a target table without its indexes',
    'target.index',
    async () => {
      await drop('aace-threads-pk');
      const string = (name: string) => ({ AttributeName: name, AttributeType: 'S' as const });
      await database.client.send(
        new CreateTableCommand({
          TableName: 'aace-threads-pk',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [string('partition_key'), string('thread_uuid')],
          KeySchema: [
            { AttributeName: 'partition_key', KeyType: 'HASH' },
            { AttributeName: 'thread_uuid', KeyType: 'RANGE' },
          ],
        }),
      );
    },
  ],
  [
    'a stream with one image only',
    'source.stream',
    () =>
      database.client.send(
        new UpdateTableCommand({
          TableName: 'aace-agents',
          StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
        }),
      ),
  ],
  [
    'marks of another migration',
    'source.marks',
    () => put(agent('gpt', '2', { _mig_seq: { S: '000001:1' } })),
  ],
  [
    'another migration under way',
    'other-migrations',
    async () => {
      await database.client.send(new CreateTableCommand(migrationControlTable({ tablePrefix: 'aace-' })));
      await put(
        { migration_id: { S: 'other' }, item: { S: 'control' }, state: { S: 'COPYING' } },
        'aace-migration_control',
      );
    },
  ],
  [
    'two legacy keys with the same row key on one partition',
    'mapping.collision',
    async () => {
      await put(agent('one', '7'));
      await put(agent('two', '7'));
    },
    { mapping: { default: 'same', partitions: { one: shared, two: shared } } },
  ],
  ['keys nobody has mapped', 'mapping.complete', () => Promise.resolve(), { mapping: { default: 'refuse' } }],
  ['a key with a #', 'mapping.complete', () => put(agent('a#b', '1'))],
  ['a row that does not fit with its index entries', 'rows.fit', putLargest],
  [
    'a target that is not empty',
    'target.empty',
    () =>
      put(
        { partition_key: { S: 'x#y' }, agent_version_uuid: { S: '1' }, agent_uuid: { S: 'a' } },
        'aace-agents-pk',
      ),
  ],
  [
    'a fence command that is not there',
    'fence',
    () => Promise.resolve(),
    { cutover: { fence: { command: '/no/such/fence' } } },
  ],
  ['a hook that is not there', 'hook', () => Promise.resolve(), { hooks: { beforeCopy: '/no/such/hook' } }],
  ['no place for the audit', 'audit', () => Promise.resolve(), { audit: '/no/such/place/audit.jsonl' }],
];

describe('a preflight refuses', () => {
  it.each(FIXTURES.map(([what, id, prepare, changes = {}]) => [what, id, prepare, changes] as const))(
    '%s: %s, exit 3, nothing changed',
    async (_what, id, prepare, changes) => {
      await prepare();
      const before = await everything(database.client);
      const { code, out } = await migrate('preflight', changes);
      const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: Check[] };
      const failed = checks.filter(({ verdict }) => verdict === 'fail');
      expect({ code, ok, failed: [...new Set(failed.map((check) => check.id))] }).toEqual({
        code: 3,
        ok: false,
        failed: [id],
      });
      for (const { evidence, fix } of failed) {
        expect(evidence).not.toBe('');
        expect(fix).not.toBe('');
      }
      expect(await migrate('run', changes)).toMatchObject({ code: 3 });
      expect(proxy.log.mutations).toBe(0);
      expect(await everything(database.client)).toBe(before);
    },
  );

  it('a database that is not there, soon', async () => {
    const place = { tablePrefix: 'aace-', endpoint: 'http://127.0.0.1:9' };
    const changes = { source: place, target: { ...place, tenantTableSuffix: '-pk' } };
    const { code, out } = await migrate('preflight', changes);
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ ok: false });
    expect(out).toContain('source.reachable');
  });

  it.each<[string, Config]>([
    ['at the top', { unknown: true }],
    ['deep inside', { cutover: { fence: { command: 'true', force: true } } }],
    ['in a partition', { mapping: { default: 'same', partitions: { a: { ...shared, x: 1 } } } }],
  ])('an unknown key %s of the configuration: exit 2', async (_where, changes) => {
    expect(await migrate('preflight', changes)).toMatchObject({ code: 2 });
    expect(await migrate('run', changes)).toMatchObject({ code: 2 });
    expect(proxy.log.count).toBe(0);
  });
});

it('a preflight lets an older source pass, and says what it lacks and what a route stops', async () => {
  await drop('aace-threads');
  await createLegacyTables(database.client, { tables: ['threads'], without: 'all' });
  const { code, out } = await migrate('preflight', { cutover: { fence: { route: true } } });
  expect(code).toBe(0);
  const { checks } = JSON.parse(out) as { checks: Check[] };
  const warned = checks.filter(({ verdict }) => verdict === 'warn');
  expect(warned).toContainEqual(expect.objectContaining({ id: 'source.index', table: 'threads' }));
  expect(warned).toContainEqual(
    expect.objectContaining({ id: 'fence', evidence: expect.stringContaining('registered') }),
  );
});
