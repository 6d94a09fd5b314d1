import type { FaultProxy } from '../proxy/fault-proxy.ts';
import type { RunningCommand } from './command.ts';

/**
 * Stops a process at its k-th call as a long pause would, with that call under way, and wakes it when `meanwhile` is
 * over: what it then still believes is out of date.
 */
export async function zombie(
  { proxy, running, k }: { proxy: FaultProxy; running: RunningCommand; k: number },
  meanwhile: () => Promise<void>,
): Promise<void> {
  const stopped = new Promise<boolean>((resolve) => {
    proxy.at(k, 'after', () => {
      resolve(running.child.kill('SIGSTOP'));
    });
    void running.exit.then(() => resolve(false));
  });
  if (!(await stopped)) throw new Error(`It ended before its call ${k}.`);
  try {
    await meanwhile();
  } finally {
    running.child.kill('SIGCONT');
  }
}
