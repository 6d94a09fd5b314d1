import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processEnv } from '@agent-engine/config';
import {
  createLegacyTables,
  createTargetTables,
  type FaultProxy,
  legacyRows,
  startFaultProxy,
  type WorldRow,
  writeRows,
} from '@agent-engine/fault-bed';
import { runCli } from '@agent-engine/migration-worker';
import { testDatabase, type TestDatabase } from '@agent-engine/testing';

const TABLES = ['mcp_servers', 'elements', 'prompt_templates'];
const ROWS = 300;
/** Of `threads`, which are wide here: pages end by their bytes, long before DynamoDB ends them. */
const WIDE = { rows: 200, bytes: 12_000 };
/** What the worker wants a page to have and a little more, in units of 4 KB. By itself DynamoDB makes 256. */
const PAGE_UNITS = (1.3 * 256 * 1024) / 4096;

interface Planned {
  table: string;
  rows: number;
  writeUnits: number;
  readUnits: number;
}

let database: TestDatabase;
let proxy: FaultProxy;
let directory: string;
let planned: Planned[];

beforeAll(async () => {
  database = testDatabase();
  Object.assign(processEnv(), { AWS_ACCESS_KEY_ID: database.accessKeyId, AWS_SECRET_ACCESS_KEY: 'local' });
  proxy = await startFaultProxy({ upstream: database.endpoint });
  directory = await mkdtemp(join(tmpdir(), 'estimate-'));
  const tables = [...TABLES, 'threads'];
  await createLegacyTables(database.client, { tables });
  await createTargetTables(database.client, { tables });
  await writeRows(database.client, worldRows());
  await writeFile(
    join(directory, 'migration.yaml'),
    JSON.stringify({
      id: 'estimate',
      source: { tablePrefix: 'aace-', endpoint: proxy.endpoint },
      target: { tablePrefix: 'aace-', tenantTableSuffix: '-pk' },
      tables,
      mapping: { default: 'same' },
      capacity: { write: 1_000_000, read: 1_000_000 },
      audit: join(directory, 'audit.jsonl'),
    }),
  );
  planned = (JSON.parse(await migrate('plan', '--json')) as { tables: Planned[] }).tables;
  proxy.reset();
  await migrate('run', '--until', 'caught-up');
}, 120_000);

afterAll(async () => {
  await proxy.stop();
  await rm(directory, { recursive: true });
});

function* worldRows(): Generator<WorldRow> {
  let made = 0;
  for (const row of legacyRows({ seed: 3, count: Infinity, tables: TABLES, tenants: ['acme', 'globex'] })) {
    if (!TABLES.includes(row.table)) continue;
    yield row;
    if (++made === ROWS) break;
  }
  for (let at = 0; at < WIDE.rows; at++)
    yield {
      table: 'threads',
      item: {
        endpoint_id: { S: at % 2 ? 'acme' : 'globex' },
        thread_uuid: { S: `thread-${at}` },
        agent_uuid: { S: 'agent' },
        updated_at: { S: `2025-01-01T00:00:00.${at}` },
        note: { S: 'x'.repeat(WIDE.bytes) },
      },
    };
}

async function migrate(...args: string[]): Promise<string> {
  let [out, err] = ['', ''];
  const output = { out: (text: string) => (out += text), err: (text: string) => (err += text) };
  const code = await runCli([...args, '--config', join(directory, 'migration.yaml')], output);
  if (code !== 0) throw new Error(`migrate ${args[0]} ended with ${code}: ${err}${out}`);
  return out;
}

describe('a migration as planned', () => {
  it('reads what the plan says, within 5 % for each table: beforehand, to copy, and to compare', () => {
    expect(planned.map(({ table }) => table).sort()).toEqual([...TABLES, 'threads'].sort());
    for (const { table, readUnits } of planned) {
      const of = (name: string) => proxy.log.consumed[name]?.read ?? 0;
      const read = of(`aace-${table}`) + of(`aace-${table}-pk`);
      expect(Math.abs(readUnits - read) / read).toBeLessThan(0.05);
    }
  });

  it('reads pages that are small, whatever the rows are: that is what memory depends on', () => {
    const pages = proxy.log.last.filter(
      ({ operation, tables }) =>
        operation === 'Scan' && tables.some((name) => name.startsWith('aace-threads')),
    );
    // Three times the source, once the target.
    const wide = (4 * WIDE.rows * WIDE.bytes) / 4096;
    expect(pages.reduce((sum, { consumed = 0 }) => sum + consumed, 0)).toBeGreaterThan(wide);
    for (const { consumed = 0 } of pages) expect(consumed).toBeLessThan(PAGE_UNITS);
  });
});
