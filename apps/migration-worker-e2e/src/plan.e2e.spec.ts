import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchWriteItemCommand, CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { processEnv } from '@agent-engine/config';
import { entities, tableProperties } from '@agent-engine/entities';
import { runCli } from '@agent-engine/migration-worker';
import { testDatabase, type TestDatabase } from '@agent-engine/testing';

let database: TestDatabase;
let directory: string;

/** A tenant table as it was before partitions: the same, but keyed by endpoint_id. */
const legacyTable = (definition: (typeof entities)[number]) =>
  JSON.parse(
    JSON.stringify(tableProperties(definition, { tablePrefix: 'old-', tenantTableSuffix: '' })).replaceAll(
      '"partition_key"',
      '"endpoint_id"',
    ),
  ) as ReturnType<typeof tableProperties>;

beforeAll(async () => {
  database = testDatabase();
  Object.assign(processEnv(), { AWS_ACCESS_KEY_ID: database.accessKeyId, AWS_SECRET_ACCESS_KEY: 'local' });
  directory = await mkdtemp(join(tmpdir(), 'migrate-'));
  for (const definition of entities.filter(({ name }) => ['agent', 'thread', 'run', 'llm'].includes(name))) {
    await database.client.send(
      new CreateTableCommand(
        definition.scope === 'partition'
          ? legacyTable(definition)
          : tableProperties(definition, { tablePrefix: 'old-', tenantTableSuffix: '' }),
      ),
    );
  }
  const keys = ['gpt', 'gpt', 'acme-corp-prod', 'ep#None'];
  await database.client.send(
    new BatchWriteItemCommand({
      RequestItems: {
        'old-agents': keys.map((key, i) => ({
          PutRequest: {
            Item: {
              endpoint_id: { S: key },
              agent_version_uuid: { S: String(i) },
              agent_uuid: { S: 'a' },
              updated_at: { S: '2025' },
              instructions: { S: 'x'.repeat(1500) },
            },
          },
        })),
        'old-threads': [
          {
            PutRequest: {
              Item: {
                endpoint_id: { S: 'gpt' },
                thread_uuid: { S: '1' },
                agent_uuid: { S: 'a' },
                created_at: { S: '2025' },
              },
            },
          },
        ],
      },
    }),
  );
});

async function migrate(config: string, ...args: string[]) {
  const file = join(directory, `${Math.random()}.yaml`);
  await writeFile(file, config);
  let out = '';
  let err = '';
  const code = await runCli([...args, '--config', file], {
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { code, out, err };
}

const config = (mapping: string, tables = '[agents, threads, runs, llms]') => `
id: test
source: { tablePrefix: old-, endpoint: "${database.endpoint}" }
target: { tablePrefix: aace-, tenantTableSuffix: -pk }
tables: ${tables}
mapping: ${mapping}
capacity: { write: 10, read: 10 }
`;

describe('migrate plan', () => {
  it('says what moves, which keys have no partition and what it takes', async () => {
    const { code, out } = await migrate(
      config('{ default: same, partitions: { acme-corp-prod: { endpoint_id: aws, part_id: acme } } }'),
      'plan',
      '--json',
    );
    expect(code).toBe(0);
    const planned = JSON.parse(out);
    expect(
      planned.tables.map(({ table, kind, rows }: { table: string; kind: string; rows: number }) => [
        table,
        kind,
        rows,
      ]),
    ).toEqual([
      ['agents', 'rekey', 4],
      ['threads', 'rekey', 1],
      ['runs', 'backfill', 0],
      ['llms', 'global', 0],
    ]);
    // Four rows of two units, each written to the table and its two indexes; three scans of the source, one of the target.
    expect(planned.tables[0]).toMatchObject({ writeUnits: 24, readUnits: 9, seconds: 4 });
    expect(planned.total.writeUnits).toBe(24 + 3);
    expect(planned.mapping).toEqual({
      keys: 3,
      unmapped: [{ key: 'ep#None', rows: 1, reason: expect.stringContaining('List the key') }],
    });
  });

  it('reads well for a person', async () => {
    const { out } = await migrate(config('{ default: refuse }'), 'plan');
    expect(out).toMatch(/agents +rekey +4/);
    expect(out).toMatch(/legacy keys: 3, without a partition: 3/);
  });

  it.each([
    ['an unknown key', 'id: x\nunknown: 1', /unknown/i],
    ['no YAML', 'id: [', /not valid/],
    ['a missing field', 'id: x', /mapping/],
  ])('refuses a configuration with %s: exit 2', async (_what, text, message) => {
    const { code, err } = await migrate(text, 'plan');
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  it('names what does not exist', async () => {
    expect(await migrate(config('{ default: same }', '[nothing]'), 'plan')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no table nothing'),
    });
    expect(await migrate(config('{ default: same }', '[wizards]'), 'plan')).toMatchObject({
      code: 1,
      err: expect.stringContaining('old-wizards does not exist'),
    });
    expect(await migrate(config('{ default: same }'), 'fly')).toMatchObject({ code: 2 });
  });
});
