import { followed } from '../arm/arm.ts';
import { amendControl, type ControlRecord, readControl } from '../control/control-record.ts';
import { MigrationError } from '../migration-error.ts';
import { callHook } from '../operator/hooks.ts';
import { readStatus } from '../operator/status.ts';
import { withTails } from '../run/with-tails.ts';
import { collectTombstones } from '../switch/collect-tombstones.ts';
import type { Migration } from '../world/migration.ts';
import { settleEndpoints } from './settle-endpoints.ts';
import { stripMarks } from './strip-marks.ts';

export interface Completion {
  /** Rows that carried marks of the migration. */
  stripped: number;
  /** Rows in place that got the endpoint of their partition. */
  settled: number;
}

/**
 * The end: there is no way back after it. Following back stops, and what the migration wrote beside the data goes.
 * The older tables stay as they are; deleting them is the operator's. Can be done again until it is done.
 */
export async function complete(migration: Migration, signal: AbortSignal): Promise<Completion> {
  const control = await readControl(migration.control);
  refuseUnlessOpen(control);
  await callHook(migration, 'beforeComplete');
  const done: Completion = { stripped: 0, settled: 0 };
  await withTails(migration, 'complete', signal, async (worker, stopped) => {
    const work = { governor: worker.governor, signal: AbortSignal.any([signal, stopped]) };
    await collectTombstones(migration, 'forward');
    for (const moving of followed(migration)) {
      if (moving.kind === 'rekey') done.stripped += await stripMarks(migration, moving, work);
      else done.settled += await settleEndpoints(migration, moving, work);
    }
  });
  if (signal.aborted) throw new MigrationError('other', 'Stopped half-way; `complete` again goes on.');
  await amendControl(migration.control, ({ state }) =>
    state === 'SOAK' ? { state: 'COMPLETED' } : undefined,
  );
  const { tables } = await readStatus(migration);
  await migration.audit.append({ what: 'completed', ...done, tables });
  return done;
}

function refuseUnlessOpen(control: ControlRecord | undefined): void {
  if (control?.state === 'SOAK') return;
  throw new MigrationError(
    'usage',
    control?.state === 'COMPLETED'
      ? 'This migration is completed already.'
      : `Only a migration that was cut over can be completed; this one is ${control?.state ?? 'not begun'}.`,
  );
}
