import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { processEnv } from '@agent-engine/config';
import { build } from '@agent-engine/local-stack';
import { createTaskQueue, startAwsEmulator, startDynamoDbLocal } from '@agent-engine/testing';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

export interface Place {
  client: DynamoDBClient;
  endpoint: string;
  sqsEndpoint: string;
  queueUrl: string;
  /** Gone at the end. */
  directory: string;
}

/** What the demo plays on: servers of its own, and everything that has to be gone when it is over. */
export class Stage {
  private readonly endings: (() => unknown)[] = [];
  private readonly closing = new AbortController();
  private closed: Promise<void> | undefined;

  get isClosing(): boolean {
    return this.closing.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.closing.signal;
  }

  /** Done when it is over, the last one first. */
  async atEnd(end: () => unknown): Promise<void> {
    if (this.isClosing) await end();
    else this.endings.push(end);
  }

  /** @throws JavaMissing, StackProblem */
  async set(): Promise<Place> {
    const directory = await mkdtemp(join(tmpdir(), 'migrate-demo-'));
    await this.atEnd(() => rm(directory, { recursive: true, force: true }));
    const [database, queues] = await Promise.all([
      this.server(startDynamoDbLocal()),
      this.server(startAwsEmulator()),
    ]);
    await build(this.signal, ['api']);
    const { queueUrl } = await createTaskQueue(queues.endpoint);
    const client = new DynamoDBClient({
      endpoint: database.endpoint,
      region: 'us-east-1',
      credentials: CREDENTIALS,
    });
    await this.atEnd(() => client.destroy());
    return { client, endpoint: database.endpoint, sqsEndpoint: queues.endpoint, queueUrl, directory };
  }

  close(): Promise<void> {
    this.closing.abort();
    return (this.closed ??= this.end());
  }

  private async server<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    const server = await starting;
    await this.atEnd(() => server.stop());
    return server;
  }

  private async end(): Promise<void> {
    for (const end of this.endings.reverse()) {
      await Promise.resolve()
        .then(end)
        .catch((error: unknown) => console.error(error));
    }
  }
}

/** For the programs that play along. Credentials of the person at the keyboard stay out of it. */
export function stageEnvironment(variables: Record<string, string>): NodeJS.ProcessEnv {
  return {
    ...processEnv(),
    AWS_PROFILE: undefined,
    AWS_SESSION_TOKEN: undefined,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    ...variables,
  };
}
