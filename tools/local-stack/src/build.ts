import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { processEnv } from '@agent-engine/config';
import { StackProblem } from './stack-problem.ts';
import { WORKSPACE } from './workspace.ts';

const run = promisify(execFile);

/** Builds what runs, from the cache where nothing changed. @throws StackProblem with what the compiler said */
export async function build(signal: AbortSignal, projects = ['api', 'agent-runner']): Promise<void> {
  // Two tasks of one Nx run that both build, as tests may, are taken for a loop unless each build has a root of its own.
  const { NX_INVOCATION_ROOT_PID: _, ...env } = processEnv();
  const nx = ['node_modules/.bin/nx', 'run-many', '-t', 'build', '-p', ...projects];
  try {
    await run(process.execPath, nx, { cwd: WORKSPACE, env: { ...env, NX_TUI: 'false' }, signal });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new StackProblem(`The build failed:\n${stdout}${stderr}`, { cause: error });
  }
}
