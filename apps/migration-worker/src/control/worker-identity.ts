import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Who holds a lease. Says where the process runs, so that another one on the same machine can see at once that it
 * has died; everybody else waits until it has been silent for a lease's time. Being wrong costs nothing but time:
 * leases are fenced by their epoch in the database.
 */
export interface WorkerIdentity {
  readonly id: string;
}

export function createIdentity(): WorkerIdentity {
  return { id: [place(), process.pid, randomUUID().slice(0, 8)].join('/') };
}

/** True only if the owner ran on this very machine and its process is no more. */
export function isDead(owner: string): boolean {
  const [where, pid] = owner.split('/');
  if (where !== place() || !pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

let cached: string | undefined;

function place(): string {
  cached ??= [hostname(), fact('/proc/sys/kernel/random/boot_id'), namespace()]
    .join('~')
    .replaceAll('/', '_');
  return cached;
}

function fact(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
