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
  });
  let said = '';
  const listen = (chunk: Buffer) => (said += chunk.toString());
  demo.stdout.on('data', listen);
  demo.stderr.on('data', listen);
  const ended = new Promise<{ code: number | null; said: string }>((resolve) =>
    demo.on('close', (code) => resolve({ code, said })),
  );
  return { demo, ended, said: () => said };
}

it('goes there and back, and proves that nothing was lost', async () => {
  const { code, said } = await start('--rows', '300', '--rate', '15').ended;
  if (code !== 0) throw new Error(said);
  expect(said).toMatch(/rows compared, no difference/);
  expect(said).toMatch(/Writes stood still for \d+ ms/);
  expect(said).toMatch(
    /writes that the older engine's writers were told had succeeded are in the new tables/,
  );
  expect(said).toMatch(/The way back is lossless/);
  expect(said).toMatch(/rows that were made in the new engine and kept are in the old tables/);
  expect(said).toMatch(/there and back, nothing lost, both sides equal/);
});
