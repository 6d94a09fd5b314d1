import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const STOP_GRACE_MS = 5_000;

/**
 * Starts a program that does not outlive this process: not after exit, nor (where util-linux has `setpriv`)
 * after `kill -9`. Must be called on the main thread, because Linux ties the death signal to the calling thread.
 */
export function spawnBound(command: string, args: readonly string[]): ChildProcess {
  const bound = hasDeathSignal() ? ['setpriv', '--pdeathsig', 'TERM', command] : [command];
  const child = spawn(bound[0] ?? command, [...bound.slice(1), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

/** Asks the program to end, insists after 5 s, and returns when it is gone. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
  await gone;
  clearTimeout(insist);
}

let deathSignal: boolean | undefined;
function hasDeathSignal(): boolean {
  deathSignal ??= spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true']).status === 0;
  return deathSignal;
}
