import type { ControlRecord } from '../control/control-record.ts';
import { createUnits } from '../control/units.ts';
import type { NewUnit } from '../control/unit.ts';
import type { Migration } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { listShards, openStream } from './table-stream.ts';

/** Tables whose changes are followed. */
export const followed = ({ tables }: Migration): MovingTable[] =>
  tables.filter(({ kind }) => kind !== 'global');

/**
 * Turns streams on and notes where following them begins, before the first row is read: whatever a scan reads too
 * old has a later event behind it.
 */
export async function armForward(migration: Migration, epoch: number): Promise<ControlRecord['streams']> {
  const streams: ControlRecord['streams'] = {};
  await Promise.all(
    followed(migration).map(async ({ table, source }) => {
      const arn = await openStream(migration.source, source.name);
      streams[table] = { arn, side: 'source' };
      const shards = await listShards(migration.source, arn);
      await createUnits(
        migration.control,
        shards.flatMap(({ ShardId: shard, ParentShardId: parent }): NewUnit[] =>
          shard === undefined
            ? []
            : [
                {
                  kind: 'tail',
                  table,
                  epoch,
                  direction: 'forward',
                  side: 'source',
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
