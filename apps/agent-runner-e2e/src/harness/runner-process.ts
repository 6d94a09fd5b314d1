import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../agent-runner/dist/main.js', import.meta.url));

export interface RunnerProcess {
  /** Everything it has logged. */
  log: () => string;
  /** As a machine that loses power. */
  kill: () => Promise<void>;
  /** As a deployment; resolves with the exit code. */
  stop: () => Promise<number | null>;
}

/** The built runner in a process of its own. It ends with this one: the IPC channel between them breaks. */
export async function startRunnerProcess(env: Record<string, string>): Promise<RunnerProcess> {
  const child: ChildProcess = spawn(process.execPath, [MAIN], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let log = '';
  child.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const ready = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
  if (!ready) throw new Error(`The runner did not start:\n${log}`);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return (await exited)[0];
  };
  return {
    log: () => log,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}
