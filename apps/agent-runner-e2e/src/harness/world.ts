import { setTimeout as delay } from 'node:timers/promises';
import { awsConfig } from '@agent-engine/config';
import type { AsyncTask, Usage } from '@agent-engine/entities';
import { createModels, createTables, everyone, type Models, newUuid, type Owner } from '@agent-engine/models';
import { Partition } from '@agent-engine/partition';
import { ASK_MODEL_FUNCTION, type TaskMessage, TaskSender } from '@agent-engine/queue';
import {
  createFileBucket,
  createTaskQueue,
  localS3,
  localSqs,
  startAwsEmulator,
  type TestDatabase,
  testDatabase,
} from '@agent-engine/testing';
import { type ApiProcess, startApiProcess } from './api-process.ts';
import { type PushReceiver, startPushReceiver } from './push-receiver.ts';
import { type RunnerProcess, startRunnerProcess } from './runner-process.ts';

export interface Asked {
  partition: Partition;
  threadUuid: string;
  runUuid: string;
  asyncTaskUuid: string;
  connectionId: string;
}

export interface AgentOptions {
  instructions?: string;
  configuration?: Record<string, unknown>;
  mcpServers?: { label: string; url: string; headers?: Record<string, string> }[];
  numOfMessages?: number;
}

export interface AskOptions {
  /** Absent: a thread of its own. */
  threadUuid?: string;
  /** False: nobody listens. */
  connected?: boolean;
  /** As the API puts them into the task. */
  inputFiles?: object[];
  streamVersion?: 1 | 2;
  onDisconnect?: 'cancel' | 'finish';
}

export const acme = Partition.of('gpt', 'acme');
export const globex = Partition.of('gpt', 'globex');
export const VISIBILITY_SECONDS = 3;

/** A database, a queue, a push receiver, and runner processes on them: all real but the cloud. */
export class World {
  readonly database: TestDatabase;
  readonly models: Models;
  readonly push: PushReceiver;
  readonly s3;
  readonly sqs;
  readonly queues;
  private readonly sender: TaskSender;
  private readonly env: Record<string, string>;
  private readonly runners: RunnerProcess[] = [];
  private readonly apis: ApiProcess[] = [];
  private readonly stopEmulator: () => Promise<void>;

  private constructor(parts: {
    database: TestDatabase;
    models: Models;
    push: PushReceiver;
    emulator: { endpoint: string; stop(): Promise<void> };
    queues: { queueUrl: string; deadLetterQueueUrl: string };
    env: Record<string, string>;
  }) {
    this.database = parts.database;
    this.models = parts.models;
    this.push = parts.push;
    this.queues = parts.queues;
    this.sqs = localSqs(parts.emulator.endpoint);
    this.sender = new TaskSender(this.sqs, parts.queues.queueUrl);
    this.env = parts.env;
    this.s3 = localS3(parts.emulator.endpoint);
    this.stopEmulator = () => parts.emulator.stop();
  }

  /** @param patience `as deployed`: a killed runner's run is free again when a deployment's would be, not sooner */
  static async create(patience: 'short' | 'as deployed' = 'short'): Promise<World> {
    const database = testDatabase();
    const emulator = await startAwsEmulator();
    const [queues, push] = await Promise.all([
      createTaskQueue(emulator.endpoint, { visibilityTimeoutSeconds: VISIBILITY_SECONDS }),
      startPushReceiver(),
      createFileBucket(emulator.endpoint, 'files'),
    ]);
    const env = {
      AWS_ACCESS_KEY_ID: database.accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: 'us-east-1',
      DYNAMODB_ENDPOINT: database.endpoint,
      SQS_ENDPOINT: emulator.endpoint,
      TASK_QUEUE_URL: queues.queueUrl,
      S3_ENDPOINT: emulator.endpoint,
      S3_BUCKET: 'files',
      ...(patience === 'short' && { VISIBILITY_TIMEOUT: `${VISIBILITY_SECONDS}s` }),
      EGRESS_ALLOW: '127.0.0.1',
      PUSH_SECRET: 'a push secret of the tests',
    };
    const aws = awsConfig(env);
    await createTables(database.client, aws.dynamodb);
    const models = createModels(aws, database.client);
    await models.llm.create(everyone, {
      llmProvider: 'openai',
      llmName: 'gpt',
      moduleName: 'openai_agent_handler',
      className: 'OpenAIEventHandler',
      updatedBy: 'test',
    });
    return new World({ database, models, push, emulator, queues, env });
  }

  async startRunner(env: Record<string, string> = {}): Promise<RunnerProcess> {
    const runner = await startRunnerProcess({ ...this.env, ...env });
    this.runners.push(runner);
    return runner;
  }

  async startApi(env: Record<string, string> = {}): Promise<ApiProcess> {
    const api = await startApiProcess({ ...this.env, ...env });
    this.apis.push(api);
    return api;
  }

  async stopRunners(): Promise<void> {
    await Promise.all(this.runners.splice(0).map((runner) => runner.kill()));
  }

  async stop(): Promise<void> {
    await Promise.all([this.stopRunners(), ...this.apis.map((api) => api.kill())]);
    this.s3.destroy();
    await Promise.all([this.stopEmulator(), this.push.stop()]);
  }

  /** @returns the new agent's uuid */
  async createAgent(partition: Partition, options: AgentOptions = {}): Promise<string> {
    const servers = await Promise.all(
      (options.mcpServers ?? []).map(({ label, url, headers = {} }) =>
        this.models.mcpServer.create(partition, {
          mcpLabel: label,
          mcpServerUrl: url,
          headers,
          updatedBy: 'test',
        }),
      ),
    );
    const agent = await this.models.agent.save(partition, {
      agentName: 'Test agent',
      llmProvider: 'openai',
      llmName: 'gpt',
      instructions: options.instructions,
      configuration: { model: 'gpt-test', ...options.configuration },
      mcpServerUuids: servers.map(({ mcpServerUuid }) => mcpServerUuid),
      numOfMessages: options.numOfMessages,
      updatedBy: 'test',
    });
    return agent.agentUuid;
  }

  /** What `askModel` does: thread, run and task, then the message. */
  async ask(
    partition: Partition,
    agentUuid: string,
    question: string,
    options: AskOptions = {},
  ): Promise<Asked> {
    const asked = await this.prepare(partition, agentUuid, question, options);
    await this.send(asked, options.connected, options.streamVersion);
    return asked;
  }

  /** Everything but the message. */
  async prepare(
    partition: Partition,
    agentUuid: string,
    question: string,
    { threadUuid, inputFiles, onDisconnect }: AskOptions = {},
  ): Promise<Asked> {
    const thread = threadUuid ?? (await this.createThread(partition, agentUuid));
    const owner = await this.ownerOf(partition, thread);
    const run = await this.models.run.create(owner, { updatedBy: 'test' });
    const task = await this.models.asyncTask.create(partition, {
      functionName: ASK_MODEL_FUNCTION,
      arguments: {
        agent_uuid: agentUuid,
        thread_uuid: thread,
        run_uuid: run.runUuid,
        user_query: question,
        stream: true,
        updated_by: 'asker',
        ...(inputFiles && { input_files: inputFiles }),
        ...(onDisconnect && { on_disconnect: onDisconnect }),
      },
      updatedBy: 'asker',
    });
    return {
      partition,
      threadUuid: thread,
      runUuid: run.runUuid,
      asyncTaskUuid: task.asyncTaskUuid,
      connectionId: `conn-${run.runUuid}=`,
    };
  }

  /** @param agentUuid as an asker says it, so that the agent can be loaded before the task is read */
  async send(asked: Asked, connected = true, streamVersion?: 1 | 2, agentUuid?: string): Promise<void> {
    await this.sender.send({ ...this.messageFor(asked, connected, streamVersion), agentUuid });
  }

  messageFor(
    { partition, connectionId, ...ids }: Asked,
    connected = true,
    streamVersion?: 1 | 2,
  ): TaskMessage {
    return {
      version: 1,
      requestId: `request-${ids.runUuid}`,
      endpointId: partition.endpointId,
      partId: partition.partId,
      threadUuid: ids.threadUuid,
      runUuid: ids.runUuid,
      asyncTaskUuid: ids.asyncTaskUuid,
      connection: connected ? { id: connectionId, callbackUrl: this.push.url, streamVersion } : undefined,
    };
  }

  task({ partition, asyncTaskUuid }: Asked): Promise<AsyncTask | undefined> {
    return this.models.asyncTask.get(partition, { functionName: ASK_MODEL_FUNCTION, asyncTaskUuid });
  }

  async isOver(asked: Asked): Promise<boolean> {
    const task = await this.task(asked);
    return task?.status === 'completed' || task?.status === 'failed';
  }

  async journal({ partition, threadUuid, runUuid }: Asked) {
    return this.models.journal.entries(await this.ownerOf(partition, threadUuid), runUuid);
  }

  async stateOf({ partition, threadUuid, runUuid }: Asked) {
    return this.models.runState.get(await this.ownerOf(partition, threadUuid), { runUuid });
  }

  /** Of the servers that all processes use. */
  get endpoints() {
    const { DYNAMODB_ENDPOINT: dynamoDb = '', SQS_ENDPOINT: sqs = '' } = this.env;
    return { dynamoDb, sqs };
  }

  /** The task once it is completed or failed. */
  async outcome(asked: Asked): Promise<AsyncTask> {
    let task: AsyncTask | undefined;
    await until(async () => {
      task = await this.task(asked);
      return task?.status === 'completed' || task?.status === 'failed';
    });
    if (!task) throw new Error('The task is not there.');
    return task;
  }

  async records(asked: Asked) {
    const owner = await this.ownerOf(asked.partition, asked.threadUuid);
    const [messages, toolCalls, run] = await Promise.all([
      this.models.message.list(owner, { order: 'ascending' }),
      this.models.toolCall.list(owner, { order: 'ascending' }),
      this.models.run.get(owner, { runUuid: asked.runUuid }),
    ]);
    return { messages: messages.items, toolCalls: toolCalls.items, run };
  }

  async usage({ partition, threadUuid, runUuid }: Asked): Promise<Usage | undefined> {
    const { items } = await this.models.usage.list(partition, { partitionKey: partition.key, limit: 1000 });
    return items.find((row) => row.threadUuid === threadUuid && row.runUuid === runUuid);
  }

  async ownerOf(partition: Partition, threadUuid: string): Promise<Owner> {
    const owner = await this.models.ownerOf(partition, threadUuid);
    if (!owner) throw new Error('The thread is not there.');
    return owner;
  }

  private async createThread(partition: Partition, agentUuid: string): Promise<string> {
    const thread = await this.models.thread.create(partition, { threadUuid: newUuid(), agentUuid });
    return thread.threadUuid;
  }
}

/** Resolves when `condition` holds. Gives up so late that only what never happens is given up. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const givingUp = AbortSignal.timeout(60_000);
  while (!(await condition())) {
    givingUp.throwIfAborted();
    await delay(20);
  }
}
