import type { Shard } from '@aws-sdk/client-dynamodb-streams';
import { lineageOf } from '@agent-engine/migration-core';
import { type ControlRecord } from '../control/control-record.ts';
import type { NewUnit, Unit } from '../control/unit.ts';
import { createUnits } from '../control/units.ts';
import { StreamGap } from '../migration-error.ts';
import type { Migration } from '../world/migration.ts';
import { describeTable, listShards, streamEnabled } from './table-stream.ts';

type Stream = ControlRecord['streams'][string];

/**
 * Makes units of the shards a stream has by now, and finds out when it is not the stream that is followed any more.
 * @returns shards that the listing leaves unclear, since a listing need not be of one moment: those whose parent, which
 * has to be read first, is not listed, and have no unit before it is; and those that were listed and are not read to
 * their end. Whoever reads one of these finds whether it is really gone.
 * @throws StreamGap
 */
export async function reconcileShards(
  migration: Migration,
  control: Pick<ControlRecord, 'epoch' | 'direction' | 'streams' | 'watched' | 'window'>,
  units: readonly Unit[],
): Promise<Orphan[]> {
  const watched = control.direction === 'reverse' ? Object.entries(control.watched ?? {}) : [];
  const orphans = await Promise.all([
    ...Object.entries(control.streams).map(([table, stream]) =>
      reconcile(migration, control, { kind: 'tail', table, ...stream }, units),
    ),
    ...watched.map(([table, stream]) =>
      reconcile(migration, control, { kind: 'watch', table, ...stream }, units),
    ),
  ]);
  return orphans.flat();
}

/** A shard whose parent was neither read nor is listed, or which is itself no longer listed. */
export interface Orphan {
  table: string;
  shard: string;
  reason: string;
}

async function reconcile(
  migration: Migration,
  { epoch, direction, window }: Pick<ControlRecord, 'epoch' | 'direction' | 'window'>,
  { kind, table, arn, side }: Stream & { kind: 'tail' | 'watch'; table: string },
  units: readonly Unit[],
): Promise<Orphan[]> {
  const database = side === 'source' ? migration.source : migration.target;
  const shards = await listShards(database, arn);
  const known = units.filter((unit) => unit.kind === kind && unit.table === table && unit.arn === arn);
  const lineage = lineageOf(
    shards.flatMap(({ ShardId, ParentShardId, SequenceNumberRange: range }) =>
      ShardId === undefined
        ? []
        : [
            {
              shardId: ShardId,
              parentShardId: ParentShardId,
              closed: range?.EndingSequenceNumber !== undefined,
            },
          ],
    ),
    // What has a unit was in its place when it got it.
    new Map(known.map(({ shard = '', done }) => [shard, { finished: done, armed: true }])),
  );
  /** A child begins where its parent ends, and the parent was at its end at this time. */
  const bornAfter = (parent: string | undefined) => known.find(({ shard }) => shard === parent)?.tipAt;
  const have = new Set(known.map(({ shard }) => shard));
  const listed = new Map(shards.map((shard) => [shard.ShardId, shard]));
  const orphans = new Set(lineage.unsettled.map(({ shardId }) => shardId));
  /** Neither an orphan nor a descendant of one. */
  const isPlaced = ({ ShardId: shard = '', ParentShardId: parent }: Shard): boolean => {
    if (orphans.has(shard)) return false;
    const above = listed.get(parent);
    return have.has(shard) || above === undefined || isPlaced(above);
  };
  await createUnits(
    migration.control,
    shards
      .filter(isPlaced)
      .flatMap(({ ShardId: shard, ParentShardId: parent }): NewUnit[] =>
        shard !== undefined && !have.has(shard)
          ? [{ kind, table, epoch, direction, side, arn, shard, parent, tipAt: bornAfter(parent) }]
          : [],
      ),
  );
  if (!window && kind === 'tail') await assertSameStream(migration, table, { arn, side });
  return [...lineage.unsettled, ...lineage.gaps].map(({ shardId: shard, reason }) => ({
    table,
    shard,
    reason,
  }));
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
