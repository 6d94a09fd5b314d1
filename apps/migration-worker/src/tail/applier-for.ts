import { BackfillApplier } from '../backfill/backfill.applier.ts';
import type { Unit } from '../control/unit.ts';
import { flowOf, type Migration, movingTable } from '../world/migration.ts';
import type { Applier } from './applier.ts';
import { RekeyApplier } from './rekey.applier.ts';
import { WatchApplier } from './watch.applier.ts';

export function applierFor(
  migration: Migration,
  { kind, table, direction = 'forward', epoch }: Unit,
): Applier {
  const moving = movingTable(migration, table);
  if (kind === 'watch') return new WatchApplier(moving, epoch);
  if (moving.kind === 'rekey')
    return new RekeyApplier(migration, flowOf(migration, moving, direction), epoch);
  return new BackfillApplier(migration, moving, direction, epoch);
}
