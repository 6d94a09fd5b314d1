import { stamped, version, versionOf } from '@agent-engine/migration-core';
import type { TableFlow } from '../world/migration.ts';
import type { Confirmed } from './confirm-differences.ts';
import { comparePairs } from './row-pair.ts';
import { deleteIfUnchanged, putIfUnchanged } from './row-access.ts';

/**
 * Makes one row what it should be, if it still is as it was seen; the truth is read anew first. The version of the
 * row stays, so that events that are still on their way win over the repair.
 * @returns whether the row is right now
 */
export async function repair(flow: TableFlow, { comparison }: Confirmed, epoch: number): Promise<boolean> {
  const [now] = await comparePairs(flow, [comparison.pair]);
  if (!now?.difference) return true;
  const { wanted, checked, pair } = now;
  if (!wanted) {
    if (checked) await deleteIfUnchanged(flow.to, pair.to, checked);
  } else {
    const stamp = (checked && versionOf(checked)) ?? version(epoch);
    await putIfUnchanged(flow.to, stamped(wanted, stamp), checked);
  }
  const [after] = await comparePairs(flow, [pair]);
  return after?.difference === undefined;
}
