import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Runs `statements` in a process of its own, with what dynamodb-local.ts exports. */
const program = (statements: string) => [
  '--input-type=module',
  '--eval',
  `import * as local from ${JSON.stringify(new URL('dynamodb-local.ts', import.meta.url).href)}; ${statements}`,
];

const answers = (endpoint: string) =>
  fetch(endpoint).then(
    () => true,
    () => false,
  );

describe('a process that started DynamoDB Local', () => {
  const hasSetpriv = spawnSync('setpriv', ['--version']).status === 0;

  it.each(hasSetpriv ? (['SIGKILL', 'SIGTERM'] as const) : (['SIGTERM'] as const))(
    'takes it along when it ends by %s',
    async (signal) => {
      const parent = spawn(
        process.execPath,
        program(`
          process.once('SIGTERM', () => process.exit());
          console.log((await local.startDynamoDbLocal()).endpoint);
          setInterval(() => undefined, 1000);`),
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const endpoint = line.toString().trim();
      expect(await answers(endpoint)).toBe(true);
      parent.kill(signal);
      while (await answers(endpoint)) await delay(20);
    },
  );

  it.each([
    ['no Java', undefined, 'found no java on the PATH'],
    ['an old Java', 'echo \'openjdk version "11.0.2" 2019-01-15\' >&2', 'found Java 11.0.2'],
  ])('says in one sentence what to do on a machine with %s', (_name, java, found) => {
    const path = mkdtempSync(join(tmpdir(), 'path-'));
    if (java !== undefined) writeFileSync(join(path, 'java'), `#!/bin/sh\n${java}\n`, { mode: 0o755 });
    const { stdout } = spawnSync(
      process.execPath,
      program('await local.startDynamoDbLocal().catch((error) => console.log(error.name, error.message));'),
      { env: { PATH: path }, encoding: 'utf8' },
    );
    rmSync(path, { recursive: true });
    expect(stdout).toMatch(
      /^JavaMissing DynamoDB Local needs Java 17 or newer and .*openjdk-17-jre-headless/,
    );
    expect(stdout).toContain(found);
  });
});
