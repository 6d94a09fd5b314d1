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
import { migrationControlTable, storedName } from '@agent-engine/entities';
import {
  createLegacyTables,
  createTargetTables,
  type FaultProxy,
  legacyRows,
  startFaultProxy,
  worldTable,
  type WorldRow,
  writeRows,
} from '@agent-engine/fault-bed';
import { startDynamoDbLocal } from '@agent-engine/testing';

export const PREFIX = 'aace-';
export const SUFFIX = '-pk';
export const SEGMENTS = 4;
/** Each with as many rows: a scan of DynamoDB Local takes as long as the tenants of its segment have rows. */
const TENANTS = 64;
const UNLIMITED = 1_000_000_000;

export interface MigrationWorld {
  client: DynamoDBClient;
  /** What child processes run with. */
  env: NodeJS.ProcessEnv;
  /** The migration's configuration, as a file, and where it keeps its audit. */
  config: string;
  audit: string;
  /** Counts the units that answers tell of, for a configuration that goes through it. */
  meter: FaultProxy;
  meteredConfig: string;
  /** Whatever the migration made is gone; the source's rows stay. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export interface MigrationWorldOptions {
  tables: readonly string[];
  /** In all. */
  rows: number;
  /** Default: as many as the plain loops have. */
  segments?: number | 'auto';
  /** Default: no limit. */
  capacity?: { write: number; read: number };
  /** Tables whose rows lack what would put them into an index. */
  unindexed?: readonly string[];
}

/** Legacy tables with rows of many tenants, and what a migration of them needs. */
export async function startMigrationWorld({
  tables,
  rows,
  segments = SEGMENTS,
  capacity = { write: UNLIMITED, read: UNLIMITED },
  unindexed = [],
}: MigrationWorldOptions): Promise<MigrationWorld> {
  const database = await startDynamoDbLocal();
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: database.endpoint, region: 'us-east-1', credentials });
  await createLegacyTables(client, { tables });
  await writeRows(client, rowsOf(tables, rows, unindexed));
  const meter = await startFaultProxy({ upstream: database.endpoint });
  const directory = await mkdtemp(join(tmpdir(), 'bench-migrate-'));
  const audit = join(directory, 'audit.jsonl');
  const configFor = (endpoint: string) =>
    JSON.stringify({
      id: 'bench',
      source: { tablePrefix: PREFIX, endpoint },
      target: { tablePrefix: PREFIX, tenantTableSuffix: SUFFIX },
      tables,
      mapping: { default: 'same' },
      capacity,
      segments,
      audit,
    });
  const config = join(directory, 'migration.yaml');
  await writeFile(config, configFor(database.endpoint));
  const meteredConfig = join(directory, 'metered.yaml');
  await writeFile(meteredConfig, configFor(meter.endpoint));
  return {
    client,
    meter,
    meteredConfig,
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
      await meter.stop();
      await database.stop();
      await rm(directory, { recursive: true });
    },
  };
}

/** Without the parents that the generator makes for them elsewhere. */
function* rowsOf(
  tables: readonly string[],
  count: number,
  unindexed: readonly string[],
): Generator<WorldRow> {
  let made = 0;
  for (const row of legacyRows({ seed: 1, count: Infinity, tables, tenants: ['tenant'] })) {
    if (!tables.includes(row.table)) continue;
    row.item.endpoint_id = { S: `tenant-${made % TENANTS}` };
    if (unindexed.includes(row.table))
      for (const { range } of Object.values(worldTable(row.table).definition.indexes))
        delete row.item[storedName(range)];
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
