import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { inWorkspace } from '../workspace.ts';
import type { MigrationWorld } from './migration.world.ts';

const MAIN = inWorkspace('apps/migration-worker/dist/main.js');
const SAMPLE_MS = 100;
/** What the image gives node before the program. */
const [, ...FLAGS] = entrypoint(readFileSync(inWorkspace('apps/migration-worker/Dockerfile'), 'utf8'));

export interface Finished {
  stdout: string;
  seconds: number;
  /** Most memory it ever had resident. */
  peakMb: number;
}

/** A command of the built worker in a process of its own, to its end. @throws Error when it does not end well */
export async function runWorker(
  world: Pick<MigrationWorld, 'env' | 'config'>,
  args: readonly string[],
): Promise<Finished> {
  const begun = performance.now();
  const child = startWorker(world, args);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const stdout = child.stdout ? text(child.stdout) : Promise.resolve('');
  let peakMb = 0;
  while (child.exitCode === null && child.signalCode === null) {
    peakMb = Math.max(peakMb, peakOf(child));
    await Promise.race([exited, delay(SAMPLE_MS)]);
  }
  const [code] = await exited;
  const seconds = (performance.now() - begun) / 1_000;
  if (code !== 0) throw new Error(`migrate ${args.join(' ')} ended with ${code}.`);
  return { stdout: await stdout, seconds, peakMb };
}

export const startWorker = (
  world: Pick<MigrationWorld, 'env' | 'config'>,
  args: readonly string[],
): ChildProcess =>
  spawn(process.execPath, [...FLAGS, MAIN, ...args, '--config', world.config], {
    env: world.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

export async function stopWorker(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** Seconds between two states, by the migration's own audit. */
export async function secondsBetween({ audit }: MigrationWorld, from: string, to: string): Promise<number> {
  const lines = (await readFile(audit, 'utf8')).trimEnd().split('\n');
  const entries = lines.map((line) => JSON.parse(line) as { at: string; state?: string });
  const at = (state: string) => {
    const entry = entries.find((candidate) => candidate.state === state);
    if (!entry) throw new Error(`The migration was never ${state}.`);
    return Date.parse(entry.at);
  };
  return (at(to) - at(from)) / 1_000;
}

/** Linux keeps the high-water mark; 0 once the process is gone. */
function peakOf({ pid }: ChildProcess): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function entrypoint(dockerfile: string): string[] {
  const [, command = '[]'] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
  return (JSON.parse(command) as string[]).slice(0, -1);
}
