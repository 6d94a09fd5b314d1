import { type ControlRecord } from '../control/control-record.ts';
import type { NewUnit, Unit } from '../control/unit.ts';
import { createUnits } from '../control/units.ts';
import { StreamGap } from '../migration-error.ts';
import type { Migration } from '../world/migration.ts';
import { describeTable, listShards, streamEnabled } from './table-stream.ts';

type Stream = ControlRecord['streams'][string];

/**
 * Makes units of the shards a stream has by now, and finds what has gone missing: a shard that was not read to its
 * end, or the stream itself.
 * @throws StreamGap
 */
export async function reconcileShards(
  migration: Migration,
  control: Pick<ControlRecord, 'epoch' | 'direction' | 'streams' | 'window'>,
  units: readonly Unit[],
): Promise<void> {
  await Promise.all(
    Object.entries(control.streams).map(([table, stream]) =>
      reconcile(migration, control, table, stream, units),
    ),
  );
}

async function reconcile(
  migration: Migration,
  { epoch, direction, window }: Pick<ControlRecord, 'epoch' | 'direction' | 'window'>,
  table: string,
  { arn, side }: Stream,
  units: readonly Unit[],
): Promise<void> {
  const database = side === 'source' ? migration.source : migration.target;
  const shards = await listShards(database, arn);
  const known = units.filter((unit) => unit.kind === 'tail' && unit.table === table && unit.arn === arn);
  const listed = new Set(shards.map(({ ShardId }) => ShardId));
  const lost = known.find(({ shard, done }) => !done && !listed.has(shard));
  if (lost) throw new StreamGap(table, `shard ${lost.shard} is gone before it was read to its end`);
  /** A child begins where its parent ends, and the parent was at its end at this time. */
  const bornAfter = (parent: string | undefined) => known.find(({ shard }) => shard === parent)?.tipAt;
  const have = new Set(known.map(({ shard }) => shard));
  await createUnits(
    migration.control,
    shards.flatMap(({ ShardId: shard, ParentShardId: parent }): NewUnit[] =>
      shard !== undefined && !have.has(shard)
        ? [{ kind: 'tail', table, epoch, direction, side, arn, shard, parent, tipAt: bornAfter(parent) }]
        : [],
    ),
  );
  if (!window) await assertSameStream(migration, table, { arn, side });
}

/** @throws StreamGap for a stream that is not, or not still, the one that is followed */
export async function assertStreamsWhole(
  migration: Migration,
  { streams }: Pick<ControlRecord, 'streams'>,
): Promise<void> {
  await Promise.all(
    Object.entries(streams).map(([table, stream]) => assertSameStream(migration, table, stream)),
  );
}

/** A stream that was turned off and on again has not told what happened in between. */
async function assertSameStream(migration: Migration, table: string, { arn, side }: Stream): Promise<void> {
  const database = side === 'source' ? migration.source : migration.target;
  const moving = migration.tables.find((candidate) => candidate.table === table);
  if (!moving) return;
  const now = await describeTable(database, moving[side].name);
  if (!streamEnabled(now)) throw new StreamGap(table, 'it was turned off');
  if (now.LatestStreamArn !== arn) throw new StreamGap(table, 'it was turned off and on again');
}
