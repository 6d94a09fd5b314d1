import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  UpdateTableCommand,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { processEnv } from '@agent-engine/config';
import { migrationControlTable } from '@agent-engine/entities';
import {
  createLegacyTables,
  createTargetTables,
  legacyRows,
  type WorldRow,
  writeRows,
} from '@agent-engine/fault-bed';
import { startDynamoDbLocal } from '@agent-engine/testing';

export const PREFIX = 'aace-';
export const SUFFIX = '-pk';
export const SEGMENTS = 4;
const TENANTS = ['acme', 'globex', 'initech'];
const UNLIMITED = 1_000_000_000;

export interface MigrationWorld {
  client: DynamoDBClient;
  /** What child processes run with. */
  env: NodeJS.ProcessEnv;
  /** The migration's configuration, as a file, and where it keeps its audit. */
  config: string;
  audit: string;
  /** Whatever the migration made is gone; the source's rows stay. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Legacy tables with rows of three tenants, and what a migration of them needs. */
export async function startMigrationWorld(tables: readonly string[], rows: number): Promise<MigrationWorld> {
  const database = await startDynamoDbLocal();
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: database.endpoint, region: 'us-east-1', credentials });
  await createLegacyTables(client, { tables });
  await writeRows(client, rowsOf(tables, rows));
  const directory = await mkdtemp(join(tmpdir(), 'bench-migrate-'));
  const config = join(directory, 'migration.yaml');
  const audit = join(directory, 'audit.jsonl');
  await writeFile(
    config,
    JSON.stringify({
      id: 'bench',
      source: { tablePrefix: PREFIX, endpoint: database.endpoint },
      target: { tablePrefix: PREFIX, tenantTableSuffix: SUFFIX },
      tables,
      mapping: { default: 'same' },
      capacity: { write: UNLIMITED, read: UNLIMITED },
      segments: SEGMENTS,
      audit,
    }),
  );
  return {
    client,
    env: {
      PATH: processEnv().PATH,
      NODE_ENV: 'production',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      DYNAMODB_ENDPOINT: database.endpoint,
    },
    config,
    audit,
    reset: async () => {
      await rm(audit, { force: true });
      await dropTable(client, migrationControlTable({ tablePrefix: PREFIX }).TableName);
      for (const table of tables) {
        await dropTable(client, `${PREFIX}${table}${SUFFIX}`);
        await dropStream(client, `${PREFIX}${table}`);
      }
      // Without a stream, which the way back arms: DynamoDB Local loses most of its speed to parallel writes with one.
      await createTargetTables(client, { tables, stream: null });
    },
    stop: async () => {
      client.destroy();
      await database.stop();
      await rm(directory, { recursive: true });
    },
  };
}

/** Without the parents that the generator makes for them elsewhere. */
function* rowsOf(tables: readonly string[], count: number): Generator<WorldRow> {
  let made = 0;
  for (const row of legacyRows({ seed: 1, count: Infinity, tables, tenants: TENANTS })) {
    if (!tables.includes(row.table)) continue;
    yield row;
    if (++made === count) return;
  }
}

export async function dropTable(client: DynamoDBClient, TableName: string): Promise<void> {
  try {
    await client.send(new DeleteTableCommand({ TableName }));
    await waitUntilTableNotExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName });
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}

/** A stream that an earlier round armed holds that round's changes. */
async function dropStream(client: DynamoDBClient, TableName: string): Promise<void> {
  await client
    .send(new UpdateTableCommand({ TableName, StreamSpecification: { StreamEnabled: false } }))
    .catch((error: Error) => {
      if (error.name !== 'ValidationException') throw error;
    });
}
