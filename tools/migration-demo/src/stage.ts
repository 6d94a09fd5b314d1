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
  private readonly endings: { what: string; end: () => unknown }[] = [];
  private readonly closing = new AbortController();
  private closed: Promise<string[]> | undefined;

  get isClosing(): boolean {
    return this.closing.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.closing.signal;
  }

  /** Done when it is over, the last one first. */
  async atEnd(what: string, end: () => unknown): Promise<void> {
    if (this.isClosing) await end();
    else this.endings.push({ what, end });
  }

  /** @throws JavaMissing, StackProblem */
  async set(): Promise<Place> {
    const directory = await mkdtemp(join(tmpdir(), 'migrate-demo-'));
    await this.atEnd(directory, () => rm(directory, { recursive: true, force: true }));
    const [database, queues] = await Promise.all([
      this.server('DynamoDB Local', startDynamoDbLocal()),
      this.server('the queue', startAwsEmulator()),
    ]);
    await build(this.signal, ['api']);
    const { queueUrl } = await createTaskQueue(queues.endpoint);
    const client = new DynamoDBClient({
      endpoint: database.endpoint,
      region: 'us-east-1',
      credentials: CREDENTIALS,
    });
    await this.atEnd('connections', () => client.destroy());
    return { client, endpoint: database.endpoint, sqsEndpoint: queues.endpoint, queueUrl, directory };
  }

  /** @returns what could not be ended, for the person to see to */
  close(): Promise<string[]> {
    this.closing.abort();
    return (this.closed ??= this.end());
  }

  private async server<T extends { stop(): Promise<void> }>(what: string, starting: Promise<T>): Promise<T> {
    const server = await starting;
    await this.atEnd(what, () => server.stop());
    return server;
  }

  private async end(): Promise<string[]> {
    const left: string[] = [];
    for (const { what, end } of this.endings.reverse()) {
      try {
        await end();
      } catch (error) {
        left.push(`${what} (${error instanceof Error ? error.message : String(error)})`);
      }
    }
    return left;
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
