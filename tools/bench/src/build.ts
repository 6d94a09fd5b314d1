import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { processEnv } from '@agent-engine/config';
import { inWorkspace } from './workspace.ts';

const run = promisify(execFile);

/** Builds what is measured, from the cache where nothing changed: the engine as deployed, not its sources. */
export async function build(): Promise<void> {
  const nx = [inWorkspace('node_modules/nx/dist/bin/nx.js'), 'run-many', '-t', 'build'];
  await run(process.execPath, [...nx, '-p', 'api', 'agent-runner', 'migration-worker', 'bench'], {
    cwd: inWorkspace(''),
    env: { ...processEnv(), NX_TUI: 'false' },
  });
}
