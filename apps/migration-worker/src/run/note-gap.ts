import { amendControl } from '../control/control-record.ts';
import type { StreamGap } from '../migration-error.ts';
import type { Migration } from '../world/migration.ts';

/** Stops everybody until `resync`. @returns the gap, to be thrown */
export async function noteGap(migration: Migration, gap: StreamGap): Promise<StreamGap> {
  const { table, message: reason } = gap;
  await amendControl(migration.control, (now) => (now.gap ? undefined : { gap: { table, reason } }));
  await migration.audit.append({ what: 'gap', table, reason });
  return gap;
}
