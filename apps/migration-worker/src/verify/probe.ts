import { setTimeout as delay } from 'node:timers/promises';
import { reconcileShards } from '../arm/reconcile-shards.ts';
import { amendControl, type ControlRecord } from '../control/control-record.ts';
import type { Unit } from '../control/unit.ts';
import { listUnits } from '../control/units.ts';
import type { Migration } from '../world/migration.ts';

type Followed = Pick<ControlRecord, 'probe' | 'direction' | 'streams'>;

/**
 * What keeps the tails from their ends; empty when all have been there since the probe was raised. A shard that was
 * read to its end goes on in others, and until they are known nobody is at the end of anything.
 */
export async function tailsBehind(migration: Migration, control: Followed): Promise<string[]> {
  const units = await listUnits(migration.control);
  const open = units.filter(
    (unit) =>
      unit.kind === 'tail' &&
      unit.direction === control.direction &&
      !unit.done &&
      unit.tipProbe < control.probe,
  );
  return [...open, ...withoutSuccessor(units, control)].map(({ item }) => item);
}

/** Shards of the followed streams that were read to their ends, and whose children have no unit yet. */
export function withoutSuccessor(units: readonly Unit[], { streams }: Pick<Followed, 'streams'>): Unit[] {
  const followed = units.filter(({ kind, table, arn }) => kind === 'tail' && streams[table]?.arn === arn);
  const parents = new Set(followed.map(({ arn, parent }) => `${arn} ${parent}`));
  // Where shards do not say whose children they are, an open one has to do.
  const orphaned = new Set(followed.flatMap(({ arn, parent, done }) => (!parent && !done ? [arn] : [])));
  return followed.filter(
    ({ done, arn, shard }) => done && !parents.has(`${arn} ${shard}`) && !orphaned.has(arn),
  );
}

/** Returns once every tail has dealt with all that had happened when this was called. @throws StreamGap */
export async function untilTailsPass(migration: Migration, signal?: AbortSignal): Promise<void> {
  const control = await amendControl(migration.control, ({ probe }) => ({ probe: probe + 1 }));
  while (!signal?.aborted) {
    if ((await tailsBehind(migration, control)).length === 0) return;
    // There need not be a run that looks for new shards.
    const units = await listUnits(migration.control);
    if (withoutSuccessor(units, control).length > 0) await reconcileShards(migration, control, units);
    await delay(100);
  }
}
