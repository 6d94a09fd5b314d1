import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { processEnv } from '@agent-engine/config';

const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));
const PROGRAM = ['--conditions=@agent-engine/source', 'tools/migration-demo/src/main.ts'];

function start(...args: string[]) {
  const demo = spawn(process.execPath, [...PROGRAM, ...args], {
    cwd: WORKSPACE,
    env: { ...processEnv(), NX_TUI: 'false', NODE_OPTIONS: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, as in a terminal of its own.
    detached: true,
  });
  let said = '';
  const heard = new Set<() => void>();
  const listen = (chunk: Buffer) => {
    said += chunk.toString();
    for (const look of heard) look();
  };
  demo.stdout.on('data', listen);
  demo.stderr.on('data', listen);
  const ended = new Promise<{ code: number | null; said: string }>((resolve) =>
    demo.on('close', (code) => resolve({ code, said })),
  );
  const until = (what: string) =>
    Promise.race([
      new Promise<void>((resolve) => {
        const look = () => void (said.includes(what) && resolve());
        heard.add(look);
        look();
      }),
      ended.then(() => {
        throw new Error(`It ended before it said "${what}":\n${said}`);
      }),
    ]);
  return { group: -demo.pid!, ended, until };
}

it('goes there and back, and proves that nothing was lost', async () => {
  const { code, said } = await start('--rows', '300', '--rate', '15').ended;
  if (code !== 0) throw new Error(said);
  expect(said).toMatch(/Writes stood still for \d+ ms/);
  expect(said).toMatch(
    /All [1-9]\d* writes that the older engine's writers were told had succeeded are in the new tables/,
  );
  expect(said).toMatch(/The way back is lossless/);
  expect(said).toMatch(/rows that were made in the new engine and kept are in the old tables/);
  expect(said).toMatch(/The new API refuses to write: migration\./);
  expect(said).toMatch(/there and back, nothing lost, both sides equal/);
});

// What the demo says before it starts each command: a state of a hundred rows may pass unseen.
it.each(['migrate -- run', 'migrate -- cutover'])(
  'leaves nothing behind when it is stopped at "%s", and says so',
  async (point) => {
    const { group, ended, until } = start('--rows', '100', '--rate', '15');
    await until(point);
    process.kill(group, 'SIGINT');
    const { code, said } = await ended;
    expect(said).toMatch(/Stopped\. .* have ended, and its directory is removed: nothing is left\./);
    expect(code).toBe(0);
    // No process of its group.
    expect(() => process.kill(group, 0)).toThrow(/ESRCH/);
  },
);
