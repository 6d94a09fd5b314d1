import { setTimeout as delay } from 'node:timers/promises';
import { followed } from '../arm/arm.ts';
import { assertStreamsWhole, reconcileShards } from '../arm/reconcile-shards.ts';
import { closeStream } from '../arm/table-stream.ts';
import { amendControl, type ControlRecord } from '../control/control-record.ts';
import { listUnits } from '../control/units.ts';
import type { Migration } from '../world/migration.ts';
import type { Budget } from './budget.ts';

const POLL_MS = 30;

/**
 * Proves that every change made before the fence has been carried over: streams are turned off, which gives every
 * shard an end, and every shard is read to that end. An open shard never proves anything.
 */
export async function drain(migration: Migration, from: ControlRecord, budget: Budget): Promise<void> {
  // A stream that was off for a while has ends that prove nothing. Now that nobody writes, whole means whole for good.
  await budget.within('looking at the streams', assertStreamsWhole(migration, from));
  const control = await amendControl(migration.control, () => ({ draining: true }));
  await budget.within(
    'closing streams',
    Promise.all(
      followed(migration).map(({ table, source, target }) => {
        const side = control.streams[table]?.side ?? 'source';
        return closeStream(migration[side], (side === 'source' ? source : target).name);
      }),
    ),
  );
  for (;;) {
    const known = await listUnits(migration.control);
    const orphans = await reconcileShards(migration, { ...control, window: true }, known);
    if (orphans.length === 0) break;
    budget.check(`finding ${orphans.length} shards that are not listed`);
    await delay(POLL_MS);
  }
  for (;;) {
    const units = await listUnits(migration.control);
    const open = units.filter(
      ({ kind, done, direction }) => kind === 'tail' && !done && direction === control.direction,
    );
    if (open.length === 0) return;
    budget.check(`reading ${open.length} shards to their ends`);
    await delay(POLL_MS);
  }
}
