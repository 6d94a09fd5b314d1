import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { processEnv } from '@agent-engine/config';

const MAIN = fileURLToPath(new URL('../../api/dist/main.js', import.meta.url));

export interface ApiProcess {
  child: ChildProcess;
  url: string;
  /** As a deployment; resolves with exit code and signal. */
  stop: () => Promise<unknown>;
}

/** The built API in a process of its own, once it listens. */
export async function startApiProcess(env: Record<string, string | undefined>): Promise<ApiProcess> {
  const child = fork(MAIN, {
    env: { ...processEnv(), PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', ...env },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exit = once(child, 'exit');
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    child,
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      return exit;
    },
  };
}
