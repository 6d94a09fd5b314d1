import { followed } from '../arm/arm.ts';
import { describeTable, listShards, openSettledStream, streamEnabled } from '../arm/table-stream.ts';
import { amendControl, type ControlRecord, readControl } from '../control/control-record.ts';
import { deleteItem } from '../control/control-items.ts';
import type { NewUnit } from '../control/unit.ts';
import { createUnits, listUnits } from '../control/units.ts';
import type { Migration } from '../world/migration.ts';
import { armWatch } from './arm-next.ts';
import type { SwitchPlan } from './switch-plan.ts';
import { lowerFence } from './writer-fence.ts';

/**
 * Back to before the fence: changes are followed again, and only then do writers go on. Can be done again after a
 * crash in the middle of it.
 */
export async function abortSwitch(migration: Migration, plan: SwitchPlan, reason: string): Promise<void> {
  const control = await readControl(migration.control);
  if (!control) return;
  const epoch = control.epoch + 1;
  await forgetNextUnits(migration, plan, control);
  // Before the drain nobody but somebody else can have turned a stream off, and then the coordinator says so.
  const streams = control.draining ? await followAgain(migration, plan, control, epoch) : control.streams;
  const watched = plan.name === 'rollback' ? await armWatch(migration, epoch) : undefined;
  await amendControl(migration.control, () => ({
    state: plan.states.back,
    epoch: control.draining ? epoch : control.epoch,
    streams,
    nextStreams: undefined,
    // A rollback that came so far had begun the older tables' streams anew.
    ...(watched && { watched }),
    window: false,
    draining: false,
    // Should a writer have slipped through the fence, no stream has told of it: only comparing everything would.
    ...(control.draining && { verifiedAt: undefined, marks: {} }),
    fenced: plan.from,
  }));
  await migration.audit.append({ what: `${plan.name} aborted`, reason });
  await lowerLeftFence(migration);
}

/** A crash may have come between the database being ready for writers again and their being told. */
export async function lowerLeftFence(migration: Migration): Promise<void> {
  const control = await readControl(migration.control);
  if (control?.fenced === undefined || control.window) return;
  await lowerFence(migration, control.fenced);
  await amendControl(migration.control, () => ({ fenced: undefined }));
}

/** Streams that the drain has turned off begin anew; every change between is known not to have happened. */
async function followAgain(
  migration: Migration,
  plan: SwitchPlan,
  control: ControlRecord,
  epoch: number,
): Promise<ControlRecord['streams']> {
  const streams = { ...control.streams };
  await Promise.all(
    followed(migration).map(async (moving) => {
      const before = streams[moving.table];
      if (!before) return;
      const database = migration[before.side];
      const name = moving[before.side].name;
      const now = await describeTable(database, name);
      if (streamEnabled(now) && now.LatestStreamArn === before.arn) return;
      const arn = await openSettledStream(database, name);
      streams[moving.table] = { arn, side: before.side };
      const shards = await listShards(database, arn);
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
                  direction: plan.direction,
                  side: before.side,
                  arn,
                  shard,
                  parent,
                  tipAt: Date.now(),
                },
              ],
        ),
      );
    }),
  );
  return streams;
}

/** Tails of the other direction, made ready for a switch that does not come about. */
async function forgetNextUnits(
  migration: Migration,
  plan: SwitchPlan,
  control: ControlRecord,
): Promise<void> {
  for (const unit of await listUnits(migration.control)) {
    if (unit.kind === 'tail' && unit.direction !== plan.direction && unit.epoch > control.epoch)
      await deleteItem(migration.control, unit.item);
  }
}
