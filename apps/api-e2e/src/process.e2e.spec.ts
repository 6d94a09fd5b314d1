import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { processEnv } from '@agent-engine/config';
import { createTables } from '@agent-engine/models';
import { createTaskQueue, startAwsEmulator, testDatabase } from '@agent-engine/testing';

const MAIN = fileURLToPath(new URL('../../api/dist/main.js', import.meta.url));

describe('the API process', () => {
  const database = testDatabase();
  let emulator: Awaited<ReturnType<typeof startAwsEmulator>>;
  let env: Record<string, string | undefined>;

  beforeAll(async () => {
    emulator = await startAwsEmulator();
    const [{ queueUrl }] = await Promise.all([
      createTaskQueue(emulator.endpoint, { visibilityTimeoutSeconds: 20 }),
      createTables(database.client, { tablePrefix: 'aace-', tenantTableSuffix: '' }),
    ]);
    env = {
      ...processEnv(),
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'silent',
      JWT_SECRET: 'a secret of the process spec',
      DYNAMODB_ENDPOINT: database.endpoint,
      SQS_ENDPOINT: emulator.endpoint,
      TASK_QUEUE_URL: queueUrl,
      AWS_ACCESS_KEY_ID: database.accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
    };
  });
  afterAll(() => emulator.stop());

  const start = (extra: Record<string, string> = {}) =>
    fork(MAIN, { env: { ...env, ...extra }, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });

  async function readyPort(child: ChildProcess): Promise<number> {
    const [message] = (await once(child, 'message')) as [{ type: string; port: number }];
    expect(message).toMatchObject({ type: 'ready' });
    return message.port;
  }

  it('tells its parent the port, is ready with its dependencies, and stops cleanly when told to', async () => {
    const child = start();
    const exit = once(child, 'exit');
    const port = await readyPort(child);
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', checks: { dynamodb: 'up', queue: 'up' } },
    ]);
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it('goes when its parent has gone', async () => {
    const child = start();
    const exit = once(child, 'exit');
    await readyPort(child);
    child.disconnect();
    expect(await exit).toEqual([0, null]);
  });

  it('names the variable that keeps it from starting', async () => {
    const child = start({ JWT_SECRET: 'short' });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(said).toMatch(/JWT_SECRET: must have at least 8/);
    expect(said).not.toMatch(/^\s+at /m);
  });
});
