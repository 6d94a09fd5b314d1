import { setTimeout as delay } from 'node:timers/promises';
import { CreateTableCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { migrationControlTable, type TableNaming } from '@agent-engine/entities';
import { RouteStore } from '@agent-engine/migration-route';
import { createTables } from '@agent-engine/models';
import {
  createTaskQueue,
  type DatabaseCall,
  type RecordingProxy,
  startAwsEmulator,
  startRecordingProxy,
  testDatabase,
} from '@agent-engine/testing';
import jwt from 'jsonwebtoken';
import { type ApiProcess, startApiProcess } from './api-process.fixture.ts';

const naming: TableNaming = { tablePrefix: 'aace-', tenantTableSuffix: '-pk' };
const control = migrationControlTable(naming);
const SECRET = 'a secret of the route specs';
const TOKEN = jwt.sign({ endpoint_id: 'gpt', part_id: 'acme', sub: 'ann' }, SECRET, { expiresIn: '1h' });

export interface GraphqlAnswer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string; retryable?: boolean } }[];
}

/** Processes of the API under a migration, and what they ask of the database. */
export class MigrationWorld {
  readonly store: RouteStore;
  private readonly database: DynamoDBClient;
  private readonly proxy: RecordingProxy;
  private readonly emulator: Awaited<ReturnType<typeof startAwsEmulator>>;
  private readonly env: Record<string, string>;
  private readonly processes: ApiProcess[] = [];

  private constructor(parts: {
    store: RouteStore;
    database: DynamoDBClient;
    proxy: RecordingProxy;
    emulator: Awaited<ReturnType<typeof startAwsEmulator>>;
    env: Record<string, string>;
  }) {
    this.store = parts.store;
    this.database = parts.database;
    this.proxy = parts.proxy;
    this.emulator = parts.emulator;
    this.env = parts.env;
  }

  /** @param delayMs how long a call of the API is held back on its way to the database */
  static async create(delayMs?: (call: DatabaseCall) => number): Promise<MigrationWorld> {
    const database = testDatabase();
    const emulator = await startAwsEmulator();
    const [{ queueUrl }, proxy] = await Promise.all([
      createTaskQueue(emulator.endpoint, { visibilityTimeoutSeconds: 20 }),
      startRecordingProxy(database.endpoint, { delayMs }),
      createTables(database.client, naming),
      database.client.send(new CreateTableCommand(control)),
    ]);
    const env = {
      JWT_SECRET: SECRET,
      DYNAMODB_ENDPOINT: proxy.endpoint,
      SQS_ENDPOINT: emulator.endpoint,
      TASK_QUEUE_URL: queueUrl,
      TENANT_TABLE_SUFFIX: naming.tenantTableSuffix,
      MIGRATION_ID: 'm1',
      MIGRATION_FENCE_WAIT: '1s',
      AWS_ACCESS_KEY_ID: database.accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
    };
    const store = new RouteStore(database.client, { table: control.TableName, migrationId: 'm1' });
    return new MigrationWorld({ store, database: database.client, proxy, emulator, env });
  }

  async startApi(env: Record<string, string | undefined> = {}): Promise<ApiProcess> {
    const api = await startApiProcess({ ...this.env, ...env });
    this.processes.push(api);
    return api;
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((api) => api.stop()));
    await this.proxy.stop();
    await this.emulator.stop();
  }

  async query({ url }: ApiProcess, query: string): Promise<GraphqlAnswer> {
    const response = await fetch(`${url}/gpt/ai_agent_core_graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as GraphqlAnswer;
  }

  socketUrl = ({ url }: ApiProcess) => `${url.replace('http', 'ws')}/gpt/ai_agent_core_ws?token=${TOKEN}`;

  /** What one attribute of a tenant's table says, in all its rows. */
  async stored(table: string, attribute: string): Promise<Set<string>> {
    const values = new Set<string>();
    const { tablePrefix, tenantTableSuffix } = naming;
    const TableName = `${tablePrefix}${table}${tenantTableSuffix}`;
    for await (const { Items = [] } of paginateScan({ client: this.database }, { TableName })) {
      for (const item of Items) values.add(item[attribute]?.S ?? '');
    }
    return values;
  }

  /** Calls of API processes to anything but the control table. */
  get tenantCalls(): DatabaseCall[] {
    return this.proxy.calls.filter(({ tables }) => !tables.includes(control.TableName));
  }

  get tenantWrites(): DatabaseCall[] {
    return this.tenantCalls.filter(({ operation }) => /^(Put|Update|Delete|Transact|BatchW)/.test(operation));
  }
}

export const ready = async ({ url }: ApiProcess) => {
  const response = await fetch(`${url}/health/ready`);
  return { http: response.status, ...((await response.json()) as { status: string; reason?: string }) };
};

/** Gives up so late that only what never happens is given up. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const givingUp = AbortSignal.timeout(60_000);
  while (!(await condition())) {
    givingUp.throwIfAborted();
    await delay(20);
  }
}
