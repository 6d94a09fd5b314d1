import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PurgeQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { type Api, createApi } from '@agent-engine/api';
import { apiConfig, type Env, processEnv } from '@agent-engine/config';
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
  private calls: string[] = [];
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
        (args) => {
          this.calls.push(String(commandName).replace('Command', ''));
          return next(args);
        },
      { step: 'initialize', name: 'countCalls' },
    );
  }

  async stop(): Promise<void> {
    await this.api.close();
    await this.emulator.stop();
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
    const calls = this.calls.toSorted();
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
      messages.push(...Messages.map(({ Body }) => decodeTaskMessage(Body ?? '')));
    }
    await client.send(new PurgeQueueCommand({ QueueUrl: this.queueUrl }));
    client.destroy();
    return messages;
  }
}
