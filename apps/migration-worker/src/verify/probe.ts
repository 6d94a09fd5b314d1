import { setTimeout as delay } from 'node:timers/promises';
import { amendControl, type ControlRecord } from '../control/control-record.ts';
import { listUnits } from '../control/units.ts';
import type { Migration } from '../world/migration.ts';

/** What keeps the tails from their ends; empty when all have been there since the probe was raised. */
export async function tailsBehind(
  migration: Migration,
  { probe, direction }: Pick<ControlRecord, 'probe' | 'direction'>,
): Promise<string[]> {
  const units = await listUnits(migration.control);
  return units
    .filter(
      (unit) => unit.kind === 'tail' && unit.direction === direction && !unit.done && unit.tipProbe < probe,
    )
    .map(({ item }) => item);
}

/** Returns once every tail has dealt with all that had happened when this was called. */
export async function untilTailsPass(migration: Migration, signal?: AbortSignal): Promise<void> {
  const control = await amendControl(migration.control, ({ probe }) => ({ probe: probe + 1 }));
  while (!signal?.aborted) {
    if ((await tailsBehind(migration, control)).length === 0) return;
    await delay(100);
  }
}
