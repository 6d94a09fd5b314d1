import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { processEnv } from '@agent-engine/config';

export const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));

/** Whatever of these a project has. */
const TARGETS = ['lint', 'typecheck', 'build', 'test', 'e2e', 'browser', 'synth'];

/** @returns whether all files are formatted */
export const checkFormat = (): Promise<boolean> =>
  succeeds('prettier', ['--check', '--cache', '--log-level', 'warn', '.']);

/** @param args for Nx, such as `-p api` @returns whether every target succeeded */
export const runTargets = (args: readonly string[]): Promise<boolean> =>
  succeeds('nx', ['run-many', '-t', ...TARGETS, ...args]);

function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, [`node_modules/.bin/${program}`, ...args], {
    cwd: WORKSPACE,
    env: { ...processEnv(), NX_TUI: 'false' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('exit', (code) => resolve(code === 0));
  });
}
