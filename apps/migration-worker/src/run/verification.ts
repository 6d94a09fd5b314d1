import { type ControlRecord, readControl } from '../control/control-record.ts';
import { repair } from '../verify/repair.ts';
import type { Difference } from '../verify/row-pair.ts';
import { sampleTable } from '../verify/sample-table.ts';
import { verifyBackfill } from '../verify/verify-backfill.ts';
import { verifyTable } from '../verify/verify-table.ts';
import { flowOf, type Migration } from '../world/migration.ts';
import type { Governor } from './governor.ts';

export interface VerificationOptions {
  governor?: Governor;
  signal?: AbortSignal;
  repair?: boolean;
  /** Look at about so many rows of each table only. */
  sample?: number;
  onTable?: (progress: { table: string; checked: number; differences: number }) => void;
}

export interface Verification {
  /** No difference is left. */
  clean: boolean;
  checked: number;
  differences: Difference[];
  repaired: number;
}

/** All tables, one after the other, in the direction changes are carried now. */
export async function verifyAll(migration: Migration, options: VerificationOptions): Promise<Verification> {
  const control = await readControl(migration.control);
  if (!control) throw new Error('There is nothing to verify before `run`.');
  const result: Verification = { clean: true, checked: 0, differences: [], repaired: 0 };
  for (const moving of migration.tables) {
    if (moving.kind === 'global') continue;
    const found =
      moving.kind === 'rekey' ? await rekeyed(moving) : await verifyBackfill(migration, moving, options);
    result.checked += found.checked;
    result.differences.push(...found.differences);
    options.onTable?.({ table: moving.table, checked: found.checked, differences: found.differences.length });
    if (options.signal?.aborted) break;
  }
  result.clean = result.repaired === result.differences.length;
  return result;

  async function rekeyed(moving: Migration['tables'][number]) {
    const { direction, epoch } = control as ControlRecord;
    const verdict =
      options.sample === undefined
        ? await verifyTable(migration, moving, { ...options, direction })
        : await sampleTable(migration, moving, { ...options, rows: options.sample, direction });
    if (options.repair) {
      const flow = flowOf(migration, moving, direction);
      for (const difference of verdict.differences) {
        if (await repair(flow, difference, epoch)) result.repaired += 1;
        const { table, key, kind, detail } = difference;
        await migration.audit.append({ what: 'repair', table, key, kind, detail });
      }
    }
    return verdict;
  }
}
