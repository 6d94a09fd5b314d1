import { readControl } from '../control/control-record.ts';
import { quarantineId, readQuarantined } from '../control/quarantine.ts';
import type { Migration, TableFlow } from '../world/migration.ts';
import type { RowPair } from './row-pair.ts';

/** Somebody has said by name, or by `--accept-loss`, that it may go on without this row: that it is missing is known. */
export async function isExcused(migration: Migration, flow: TableFlow, { from }: RowPair): Promise<boolean> {
  if (!from) return false;
  const id = quarantineId({ direction: flow.direction, table: flow.table, key: from });
  const held = await readQuarantined(migration.control, id);
  if (!held) return false;
  return held.waived || (held.lossy && (await readControl(migration.control))?.acceptedLoss === true);
}
