import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type AttributeValue, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { processEnv } from '@agent-engine/config';
import {
  createLegacyTables,
  createTargetTables,
  legacyTenantMapping,
  seedLegacyWorld,
} from '@agent-engine/fault-bed';
import { startDynamoDbLocal } from '@agent-engine/testing';
import { stringify } from 'yaml';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

export interface MigrationRun {
  /** Of the status page. */
  url: string;
  put(table: string, item: Record<string, AttributeValue>): Promise<void>;
  /** What `status --json` says now. */
  status<T>(): Promise<T>;
  stop(): Promise<void>;
}

/** `migrate run --metrics-port 0` over a small world of the older engine. */
export async function startMigrationRun(rows: number): Promise<MigrationRun> {
  const database = await startDynamoDbLocal();
  const client = new DynamoDBClient({
    endpoint: database.endpoint,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  await Promise.all([createLegacyTables(client), createTargetTables(client)]);
  await seedLegacyWorld(client, { count: rows });
  const folder = await mkdtemp(join(tmpdir(), 'migration-run-'));
  const config = join(folder, 'migration.yaml');
  await writeFile(
    config,
    stringify({
      id: 'page',
      source: { tablePrefix: 'aace-', endpoint: database.endpoint },
      target: { tablePrefix: 'aace-', tenantTableSuffix: '-pk' },
      mapping: legacyTenantMapping,
      audit: join(folder, 'audit.jsonl'),
    }),
  );
  const run = migrate(['run', '--config', config, '--metrics-port', '0'], ['ignore', 'ignore', 'pipe']);
  return {
    url: await addressOf(run),
    put: async (TableName, Item) => {
      await client.send(new PutItemCommand({ TableName, Item }));
    },
    status: async <T>() => {
      const status = migrate(['status', '--config', config, '--json'], ['ignore', 'pipe', 'inherit']);
      return (await json(status.stdout!)) as T;
    },
    stop: async () => {
      const ended = once(run, 'exit');
      run.kill('SIGTERM');
      await ended;
      client.destroy();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const migrate = (args: readonly string[], stdio: StdioOptions): ChildProcess =>
  spawn(
    process.execPath,
    ['--conditions=@agent-engine/source', 'apps/migration-worker/src/main.ts', ...args],
    {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      env: {
        ...processEnv(),
        NODE_OPTIONS: undefined,
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      },
      stdio,
    },
  );

function addressOf(run: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    run.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      const [, url] = /^(http:\/\/\S+)$/m.exec(said) ?? [];
      if (url) resolve(url);
    });
    run.on('error', reject);
    run.on('exit', (code) => reject(new Error(`The run ended (${code}) before it served a page:\n${said}`)));
  });
}
