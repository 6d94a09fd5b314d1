import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { WORKSPACE } from '@agent-engine/local-stack';
import jwt from 'jsonwebtoken';
import { DemoProblem } from './demo-problem.ts';
import { type Place, type Stage, stageEnvironment } from './stage.ts';
import { until } from './until.ts';

const SECRET = 'a secret that lives as long as the demo';

/** Today's engine over HTTP, started before the data is there. */
export class EngineApi {
  private readonly url: string;

  private constructor(url: string) {
    this.url = url;
  }

  static async start(stage: Stage, place: Place, migrationId: string): Promise<EngineApi> {
    const child = spawn(process.execPath, ['apps/api/dist/main.js'], {
      cwd: WORKSPACE,
      env: stageEnvironment({
        PORT: '0',
        HOST: '127.0.0.1',
        // That there is no route yet is what it is told to wait for.
        LOG_LEVEL: 'fatal',
        JWT_SECRET: SECRET,
        SHUTDOWN_GRACE: '2s',
        DYNAMODB_ENDPOINT: place.endpoint,
        TENANT_TABLE_SUFFIX: '-pk',
        SQS_ENDPOINT: place.sqsEndpoint,
        TASK_QUEUE_URL: place.queueUrl,
        S3_ENDPOINT: place.sqsEndpoint,
        S3_BUCKET: 'migrate-demo',
        MIGRATION_ID: migrationId,
      }),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    // Not after exit() either.
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    await stage.atEnd('the API', () => stop(child));
    const ended = new AbortController();
    child.once('exit', () => ended.abort());
    const [{ port }] = (await once(child, 'message', { signal: ended.signal }).catch(() => {
      throw new DemoProblem('The API ended before it was ready.');
    })) as [{ port: number }];
    return new EngineApi(`http://127.0.0.1:${port}`);
  }

  async isReady(): Promise<boolean> {
    const response = await fetch(`${this.url}/health/ready`);
    await response.arrayBuffer();
    return response.ok;
  }

  untilReady(ready: boolean): Promise<void> {
    return until(`the API is ${ready ? 'ready' : 'not ready'}`, async () => (await this.isReady()) === ready);
  }

  /** One operation of one tenant. @throws DemoProblem with what the API says against it */
  async ask<T>(
    partition: { endpoint_id: string; part_id: string },
    query: string,
    variables = {},
  ): Promise<T> {
    const { data, errors } = await this.answer<T>(partition, query, variables);
    if (errors?.[0]) throw new DemoProblem(`The API says: ${errors[0].message}`);
    return data as T;
  }

  async answer<T>(
    { endpoint_id, part_id }: { endpoint_id: string; part_id: string },
    query: string,
    variables: Record<string, unknown> = {},
  ): Promise<{ data?: T; errors?: { message: string; extensions?: { code?: string } }[] }> {
    const token = jwt.sign({ endpoint_id, part_id }, SECRET, { subject: 'demo', expiresIn: 600 });
    const response = await fetch(`${this.url}/${encodeURIComponent(endpoint_id)}/ai_agent_core_graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'part-id': part_id },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { data?: T };
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), 6_000);
  await gone;
  clearTimeout(insist);
}
