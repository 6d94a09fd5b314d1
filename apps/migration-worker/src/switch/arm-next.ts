import { followed } from '../arm/arm.ts';
import { listShards, openStream, restartStream } from '../arm/table-stream.ts';
import type { ControlRecord } from '../control/control-record.ts';
import type { NewUnit } from '../control/unit.ts';
import { createUnits } from '../control/units.ts';
import type { Migration } from '../world/migration.ts';
import { opposite, type SwitchPlan } from './switch-plan.ts';

type Streams = ControlRecord['streams'];

/**
 * Before the fence: streams of the side that will be opened begin anew, so that following them back need not read
 * through all that the copy has written. What the tail still writes is recognised as our own.
 */
export async function prepareNextStreams(migration: Migration, plan: SwitchPlan): Promise<Streams> {
  const streams: Streams = {};
  await Promise.all(
    followed(migration)
      .filter(({ kind }) => kind === 'rekey')
      .map(async (moving) => {
        streams[moving.table] = {
          arn: await restartStream(migration[plan.to], moving[plan.to].name),
          side: plan.to,
        };
      }),
  );
  return streams;
}

/**
 * From here on nobody but us may write to the older tables: whoever still does is found in these streams. Opening them
 * goes on beside opening the others, and takes no time of its own.
 */
export async function armWatch(migration: Migration, epoch: number): Promise<Streams> {
  const watched: Streams = {};
  await Promise.all(
    followed(migration)
      .filter(({ kind }) => kind === 'rekey')
      .map(async ({ table, source }) => {
        const stream = { arn: await openStream(migration.source, source.name), side: 'source' as const };
        const shards = await listShards(migration.source, stream.arn);
        await createUnits(
          migration.control,
          shards.flatMap(({ ShardId: shard, ParentShardId: parent }): NewUnit[] =>
            shard === undefined
              ? []
              : [
                  {
                    kind: 'watch',
                    table,
                    epoch,
                    direction: 'reverse',
                    ...stream,
                    shard,
                    parent,
                    tipAt: Date.now(),
                  },
                ],
          ),
        );
        watched[table] = stream;
      }),
  );
  return watched;
}

/** In the window: positions for the way back are written down before anybody can write to the new side. */
export async function armNext(
  migration: Migration,
  plan: SwitchPlan,
  control: ControlRecord,
  prepared: Streams,
): Promise<Streams> {
  const streams = { ...prepared };
  const direction = opposite(plan.direction);
  await Promise.all(
    followed(migration).map(async (moving) => {
      // Tables in place have one stream for both ways; the drain has turned it off.
      const stream = (streams[moving.table] ??= {
        arn: await openStream(migration.source, moving.source.name),
        side: 'source',
      });
      const shards = await listShards(migration[stream.side], stream.arn);
      await createUnits(
        migration.control,
        shards.flatMap(({ ShardId: shard, ParentShardId: parent }): NewUnit[] =>
          shard === undefined
            ? []
            : [
                {
                  kind: 'tail',
                  table: moving.table,
                  epoch: control.epoch + 1,
                  direction,
                  ...stream,
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
