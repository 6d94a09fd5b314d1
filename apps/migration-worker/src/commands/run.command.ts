import { amendControl, createControl, type ControlRecord, readControl } from '../control/control-record.ts';
import { controlTableExists, ensureControlTable } from '../control/control-table.ts';
import { GivenUp } from '../database/patience.ts';
import { MigrationError } from '../migration-error.ts';
import { Coordinator } from '../run/coordinator.ts';
import { verifyAll } from '../run/verification.ts';
import { Worker } from '../run/worker.ts';
import { tailsBehind } from '../verify/probe.ts';
import type { Migration } from '../world/migration.ts';
import { configHash } from '../world/config-hash.ts';

export interface RunOptions {
  /** Ends once the target is caught up and verified, instead of following on. */
  untilCaughtUp: boolean;
  /** Refuses with its findings before anything is changed. */
  preflight: (migration: Migration) => Promise<void>;
  signal: AbortSignal;
}

/**
 * Arm, copy, follow, verify; then keep following. Started again, it goes on where it was. Told to stop, it ends what it
 * has begun, as far as the database answers in time.
 */
export async function run(migration: Migration, options: RunOptions): Promise<void> {
  migration.patience.endAfter(options.signal);
  try {
    await untilEnd(migration, options);
  } catch (error) {
    // What is done and not written down is done again by whoever goes on.
    if (!(error instanceof GivenUp)) throw error;
  }
}

async function untilEnd(
  migration: Migration,
  { untilCaughtUp, preflight, signal }: RunOptions,
): Promise<void> {
  const control = await begin(migration, preflight);
  refuseFinished(control);
  const worker = new Worker(migration, 'run');
  const ended = new AbortController();
  const stop = () => {
    ended.abort();
    worker.stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  // It may have come while the preflight was still looking.
  if (signal.aborted) stop();
  const coordinator = new Coordinator(migration, async () => {
    const found = await verifyAll(migration, { governor: worker.governor, signal: ended.signal });
    if (found.clean || ended.signal.aborted) return found.clean;
    await migration.audit.append({ what: 'differences', count: found.differences.length });
    throw new MigrationError(
      'differences',
      `Verification found ${found.differences.length} differences, the first in ${found.differences[0]?.table}: ${found.differences[0]?.detail}. See \`verify\`, or \`verify --repair\`.`,
    );
  });
  const reached = untilCaughtUp ? caughtUp(migration) : () => Promise.resolve(false);
  const working = worker.run().finally(() => ended.abort());
  const coordinating = coordinator.run(ended.signal, reached).finally(stop);
  const [work, coordination] = await Promise.allSettled([working, coordinating]);
  signal.removeEventListener('abort', stop);
  // A worker that was fenced out says so first: what the other half met then is a consequence.
  for (const outcome of [work, coordination]) if (outcome.status === 'rejected') throw outcome.reason;
}

/** What an earlier run has verified may be behind by now: the tails have to have been at their ends since this began. */
function caughtUp(migration: Migration): (control: ControlRecord) => Promise<boolean> {
  let probe: number | undefined;
  return async ({ state, direction, streams }) => {
    if (state !== 'VERIFIED') return false;
    probe ??= (await amendControl(migration.control, (now) => ({ probe: now.probe + 1 }))).probe;
    return (await tailsBehind(migration, { probe, direction, streams })).length === 0;
  };
}

async function begin(migration: Migration, preflight: RunOptions['preflight']): Promise<ControlRecord> {
  const exists = await readControlOrNone(migration);
  if (exists && exists.state !== 'PLANNED') return exists;
  try {
    await preflight(migration);
  } catch (error) {
    // Of workers that start together one is first; the others find what it has begun, and took it for somebody else's.
    const begun = await readControlOrNone(migration);
    if (begun && begun.state !== 'PLANNED') return begun;
    throw error;
  }
  await ensureControlTable(migration.control, migration.config.target.tablePrefix);
  const now = new Date().toISOString();
  const planned = await createControl(migration.control, {
    state: 'PLANNED',
    direction: 'forward',
    epoch: 1,
    copyEpoch: 1,
    rev: 0,
    configHash: configHash(migration.config),
    paused: false,
    probe: 0,
    streams: {},
    startedAt: now,
    changedAt: now,
  });
  if (planned.state !== 'PLANNED') return planned;
  await migration.audit.append({ what: 'begin', configHash: planned.configHash });
  return amendControl(migration.control, ({ state }) =>
    state === 'PLANNED' ? { state: 'PREFLIGHT' } : undefined,
  );
}

async function readControlOrNone(migration: Migration): Promise<ControlRecord | undefined> {
  return (await controlTableExists(migration.control)) ? readControl(migration.control) : undefined;
}

function refuseFinished({ state }: ControlRecord): void {
  if (state === 'COMPLETED')
    throw new MigrationError('usage', 'This migration is completed. A new one needs a new id.');
  if (state === 'ABORTED')
    throw new MigrationError(
      'usage',
      'This migration was aborted. `run` begins it anew only under a new id.',
    );
}
