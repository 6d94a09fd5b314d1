import { UnitLease } from '../control/unit-lease.ts';
import { createUnits, listUnits } from '../control/units.ts';
import { isDead } from '../control/worker-identity.ts';
import { LEASE_MS } from '../control/unit-lease.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { MigrationError } from '../migration-error.ts';
import type { Migration } from '../world/migration.ts';

const UNIT = { kind: 'switch', table: 'all', epoch: 0 } as const;

/** One process at a time switches over. A dead one's right passes on; a living one's does not. */
export async function takeSwitchLease(migration: Migration): Promise<UnitLease> {
  await createUnits(migration.control, [UNIT]);
  const find = async () => (await listUnits(migration.control, 0)).find(({ kind }) => kind === 'switch');
  let unit = await find();
  if (unit?.owner !== undefined && !isDead(unit.owner)) {
    const { rev } = unit;
    await delay(LEASE_MS + 500);
    unit = await find();
    if (unit?.owner !== undefined && unit.rev !== rev)
      throw new MigrationError(
        'cutoverAborted',
        'Another process is switching this migration over. Nothing was changed.',
      );
  }
  const lease = unit && (await UnitLease.acquire(migration.control, unit, migration.identity.id));
  if (!lease)
    throw new MigrationError(
      'cutoverAborted',
      'Another process is switching this migration over. Nothing was changed.',
    );
  return lease;
}
