import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { type Api, createApi } from '@agent-engine/api';
import { apiConfig, type Env, processEnv } from '@agent-engine/config';
import { entities, tableName } from '@agent-engine/entities';
import { createTables, Models } from '@agent-engine/models';
import { decodeTaskMessage, type TaskMessage } from '@agent-engine/queue';
import {
  createFileBucket,
  createTaskQueue,
  localSqs,
  startAwsEmulator,
  testDatabase,
} from '@agent-engine/testing';
import jwt from 'jsonwebtoken';

const naming = { tablePrefix: 'aace-', tenantTableSuffix: '' };
const sharedTables = entities
  .filter(({ scope }) => scope === 'global')
  .map((definition) => tableName(definition, naming));

export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a spec reads what it expects, and fails if it is not there
  data: any;
  errors?: { message: string; extensions: { code: string; requestId: string; details?: unknown } }[];
}

export type Client = (query: string, variables?: Record<string, unknown>) => Promise<Answer>;

/** The API as deployed: real HTTP, DynamoDB Local, SQS emulator. One per spec file, stopped after it. */
export class ApiFixture {
  api!: Api;
  models!: Models;
  /** Awaited before every call of the database. */
  beforeCall: (call: { command: string; table: string }) => Promise<void> = () => Promise.resolve();
  private calls: { command: string; table: string }[] = [];
  private scanned = new Set<string>();
  private secret = randomBytes(24).toString('hex');
  private queueUrl = '';
  private emulator!: Awaited<ReturnType<typeof startAwsEmulator>>;

  /** @param env variables beyond those every API of the suite has */
  static async start(env: Env = {}): Promise<ApiFixture> {
    const fixture = new ApiFixture();
    await fixture.boot(env);
    return fixture;
  }

  private async boot(env: Env): Promise<void> {
    const database = testDatabase();
    await createTables(database.client, naming);
    this.models = new Models({ client: database.client, naming });
    this.emulator = await startAwsEmulator();
    ({ queueUrl: this.queueUrl } = await createTaskQueue(this.emulator.endpoint, {
      visibilityTimeoutSeconds: 20,
    }));
    await createFileBucket(this.emulator.endpoint, 'files');
    const directory = await mkdtemp(join(tmpdir(), 'api-e2e-'));
    const keys = [
      {
        sha256: createHash('sha256').update('e2e-key').digest('hex'),
        endpoint_id: 'gpt',
        part_ids: '*',
        role: 'admin',
      },
    ];
    await writeFile(join(directory, 'keys.json'), JSON.stringify(keys));
    // The API takes its credentials the usual AWS way; the access key is the database.
    Object.assign(processEnv(), { AWS_ACCESS_KEY_ID: database.accessKeyId, AWS_SECRET_ACCESS_KEY: 'local' });
    this.api = await createApi(
      apiConfig({
        PORT: '0',
        HOST: '127.0.0.1',
        LOG_LEVEL: 'silent',
        JWT_SECRET: this.secret,
        API_KEYS_FILE: join(directory, 'keys.json'),
        DYNAMODB_ENDPOINT: database.endpoint,
        SQS_ENDPOINT: this.emulator.endpoint,
        TASK_QUEUE_URL: this.queueUrl,
        S3_ENDPOINT: this.emulator.endpoint,
        S3_BUCKET: 'files',
        ...env,
      }),
    );
    const client = this.api.app.get(DynamoDBClient);
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const command = String(commandName).replace('Command', '');
          const { TableName, RequestItems = {} } = args.input as {
            TableName?: string;
            RequestItems?: Record<string, unknown>;
          };
          const table = TableName ?? Object.keys(RequestItems).join();
          this.calls.push({ command, table });
          if (command === 'Scan') this.scanned.add(table);
          await this.beforeCall({ command, table });
          return next(args);
        },
      { step: 'initialize', name: 'countCalls' },
    );
  }

  /** @throws Error if anything but a table that all tenants share was scanned, whatever the spec was about */
  async stop(): Promise<void> {
    await this.api.close();
    await this.emulator.stop();
    const forbidden = [...this.scanned].filter((table) => !sharedTables.includes(table));
    if (forbidden.length > 0) throw new Error(`Scanned: ${forbidden.join(', ')}`);
  }

  /** SQS and S3. */
  get emulatorUrl(): string {
    return this.emulator.endpoint;
  }

  stopQueue(): Promise<void> {
    return this.emulator.stop();
  }

  get url(): string {
    return `http://127.0.0.1:${this.api.port}`;
  }

  /** A client of one partition by token. */
  as(partId: string, { endpointId = 'gpt', role = '' } = {}): Client {
    const claims = {
      endpoint_id: endpointId,
      part_id: partId,
      sub: `user of ${partId}`,
      ...(role && { role }),
    };
    const token = jwt.sign(claims, this.secret, { expiresIn: '1h' });
    return (query, variables) =>
      this.post(endpointId, { authorization: `Bearer ${token}` }, { query, variables });
  }

  /** An administrator of one partition by API key, as the console is. */
  withKey(partId: string): Client {
    return (query, variables) =>
      this.post('gpt', { 'x-api-key': 'e2e-key', 'part-id': partId }, { query, variables });
  }

  async post(endpointId: string, headers: Record<string, string>, body: unknown): Promise<Answer> {
    const response = await fetch(`${this.url}/${endpointId}/ai_agent_core_graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
  }

  /** DynamoDB calls of the API since the last look, sorted. */
  databaseCalls(): string[] {
    return this.takeCalls()
      .map(({ command }) => command)
      .sort();
  }

  /** The same, counted by command and table: `{ 'Query agents': 1 }`. */
  databaseCallsByTable(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { command, table } of this.takeCalls()) {
      const name = `${command} ${table.replace(naming.tablePrefix, '')}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  private takeCalls() {
    const { calls } = this;
    this.calls = [];
    return calls;
  }

  /** Takes the messages that are in the queue out of it. */
  async queued(): Promise<TaskMessage[]> {
    const client = localSqs(this.emulator.endpoint);
    const messages: TaskMessage[] = [];
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: this.queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
      );
      if (Messages.length === 0) break;
      for (const { Body = '', ReceiptHandle } of Messages) {
        messages.push(decodeTaskMessage(Body));
        // The next one of its thread comes only then.
        await client.send(new DeleteMessageCommand({ QueueUrl: this.queueUrl, ReceiptHandle }));
      }
    }
    client.destroy();
    return messages;
  }
}
