import { armForward, followed } from '../arm/arm.ts';
import { listShards, openStream } from '../arm/table-stream.ts';
import { amendControl, type ControlRecord, readControl } from '../control/control-record.ts';
import { deleteItem } from '../control/control-items.ts';
import type { NewUnit } from '../control/unit.ts';
import { createUnits, listUnits } from '../control/units.ts';
import { MigrationError } from '../migration-error.ts';
import { verifyAll } from '../run/verification.ts';
import { withTails } from '../run/with-tails.ts';
import type { Migration } from '../world/migration.ts';

/**
 * After a gap in a stream nobody knows what changed in between. Streams begin anew under a later epoch. Before a
 * cutover the next `run` copies again, over older rows too, and removes what is left of the older epoch and gone
 * from the source. After it, the older tables are compared with the new ones and put right.
 */
export async function resync(migration: Migration, signal: AbortSignal): Promise<ControlRecord> {
  const control = await readControl(migration.control);
  if (!control) throw new MigrationError('usage', 'This migration has not begun: `run` comes first.');
  if (control.window)
    throw new MigrationError(
      'usage',
      `It is in the middle of ${control.state}. \`abort\` or finish that first.`,
    );
  if (control.state === 'COMPLETED') throw new MigrationError('usage', 'This migration is completed.');
  for (const unit of await listUnits(migration.control)) {
    if (unit.kind === 'tail' && !unit.done) await deleteItem(migration.control, unit.item);
  }
  await migration.audit.append({ what: 'resync', gap: control.gap, epoch: control.epoch + 1 });
  return control.direction === 'forward' ? again(migration, control) : backAgain(migration, control, signal);
}

async function again(migration: Migration, { epoch }: ControlRecord): Promise<ControlRecord> {
  const streams = await armForward(migration, epoch + 1);
  return amendControl(migration.control, () => ({
    state: 'ARMED',
    epoch: epoch + 1,
    copyEpoch: epoch + 1,
    streams,
    gap: undefined,
    marks: {},
    verifiedAt: undefined,
  }));
}

async function backAgain(
  migration: Migration,
  control: ControlRecord,
  signal: AbortSignal,
): Promise<ControlRecord> {
  const epoch = control.epoch + 1;
  const streams: ControlRecord['streams'] = {};
  for (const moving of followed(migration)) {
    const side = control.streams[moving.table]?.side ?? 'target';
    const arn = await openStream(migration[side], moving[side].name);
    streams[moving.table] = { arn, side };
    const shards = await listShards(migration[side], arn);
    await createUnits(
      migration.control,
      shards.flatMap(({ ShardId: shard, ParentShardId: parent }): NewUnit[] =>
        shard === undefined
          ? []
          : [
              {
                kind: 'tail',
                table: moving.table,
                epoch,
                direction: 'reverse',
                side,
                arn,
                shard,
                parent,
                tipAt: Date.now(),
              },
            ],
      ),
    );
  }
  await amendControl(migration.control, () => ({ epoch, streams, gap: undefined, marks: {} }));
  const { clean } = await withTails(migration, 'resync', signal, (worker, stopped) =>
    verifyAll(migration, { governor: worker.governor, signal: stopped, repair: true }),
  );
  if (!clean) throw new MigrationError('differences', 'Some rows could not be put right. See `verify`.');
  return amendControl(migration.control, () => undefined);
}
