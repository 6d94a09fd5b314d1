import { setTimeout as delay } from 'node:timers/promises';
import { COPY_SETTLED_MS } from '../copy/copy.unit.ts';
import { reconcileShards } from '../arm/reconcile-shards.ts';
import { listUnits } from '../control/units.ts';
import { amendControl, type ControlRecord, readControl } from '../control/control-record.ts';
import { MigrationError } from '../migration-error.ts';
import { readStatus } from '../operator/status.ts';
import { retryQuarantine } from '../run/retry-quarantine.ts';
import { untilTailsPass } from '../verify/probe.ts';
import { verifyDirtyRows } from '../verify/dirty-rows.ts';
import type { Migration } from '../world/migration.ts';
import { collectTombstones } from './collect-tombstones.ts';
import { patiently } from '../database/call.ts';
import { routeStore } from './writer-fence.ts';
import type { SwitchPlan } from './switch-plan.ts';

/** Rows that may still be left to compare when writers are stopped. */
const FEW_DIRTY_ROWS = 2_000;
const MAX_PASSES = 20;

const refuse = (reason: string) =>
  new MigrationError('cutoverAborted', `Not yet: ${reason} Nothing was changed.`);

/**
 * Everything that can be done and found out while writers still write. What passes here leaves little to do in the
 * window. @throws MigrationError saying what is missing
 */
export async function passGate(
  migration: Migration,
  plan: SwitchPlan,
  signal: AbortSignal,
): Promise<ControlRecord> {
  await assertRouteObeyed(migration, plan);
  await retryQuarantine(migration, plan.direction);
  await assertAccounted(migration, plan);
  await untilCopySettled(migration, signal);
  await untilTailsPass(migration, signal);
  const followed = await current(migration);
  await reconcileShards(migration, followed, await listUnits(migration.control));
  await collectTombstones(migration, plan.direction);
  for (let pass = 1; ; pass++) {
    const control = await current(migration);
    const { marks, checked, differences } = await verifyDirtyRows(migration, control, {
      strict: false,
      signal,
    });
    const [first] = differences;
    if (first)
      throw new MigrationError(
        'differences',
        `${differences.length} rows differ on the two sides, the first in ${first.table}: ${first.detail}. See \`verify\`. Nothing was changed.`,
      );
    await amendControl(migration.control, () => ({ marks }));
    if (checked <= FEW_DIRTY_ROWS) return current(migration);
    if (pass === MAX_PASSES)
      throw refuse(`rows change faster than they can be compared (${checked} in the last pass).`);
  }
}

async function assertAccounted(migration: Migration, plan: SwitchPlan): Promise<void> {
  const status = await readStatus(migration);
  const [imbalance] = status.imbalances;
  if (imbalance) throw refuse(`counts do not add up. ${imbalance}`);
  // What would be lost on the way back is asked about separately.
  const blocking = plan.name === 'rollback' ? status.quarantine - status.lossy : status.quarantine;
  if (blocking > 0)
    throw refuse(
      `${blocking} rows are in quarantine. See \`quarantine list\`; mend and \`retry\`, or \`waive\` them.`,
    );
}

/** A route that nobody has registered with stops nobody, and says so by nothing. */
async function assertRouteObeyed(migration: Migration, plan: SwitchPlan): Promise<void> {
  if (plan.from !== 'source' || !('route' in migration.config.cutover.fence)) return;
  const instances = await patiently(() => routeStore(migration).instances());
  if (instances.length === 0)
    throw refuse(
      'no writer has registered with the route, so the fence would stop nobody. Start the writers with MIGRATION_ID, or name another `cutover.fence`.',
    );
}

/** A row that a copy request put back late would be one too many once its tombstone is gone. */
async function untilCopySettled(migration: Migration, signal: AbortSignal): Promise<void> {
  const { copiedAt = 0 } = await current(migration);
  const left = copiedAt + COPY_SETTLED_MS - Date.now();
  if (left > 0) await delay(left, undefined, { signal }).catch(() => {});
}

async function current(migration: Migration): Promise<ControlRecord> {
  const control = await readControl(migration.control);
  if (!control) throw new Error('There is no control item.');
  return control;
}
