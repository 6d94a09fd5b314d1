import { epochOf, isTombstone, versionOf } from '@agent-engine/migration-core';
import type { Work } from '../run/work.ts';
import { flowOf, movingTable } from '../world/migration.ts';
import { keyOfRow } from '../world/row-key.ts';
import { deleteIfUnchanged, readRow } from '../verify/row-access.ts';
import { scanPages } from './scan-pages.ts';
import { keyOnOtherSide } from '../verify/row-pair.ts';

/**
 * After a copy that followed a gap: what neither it nor the tail of its epoch has written may be a row whose deletion,
 * or move to another key, happened unseen. Deleted if the source has no row there, and only as it was seen.
 */
export async function removeExtras(work: Work): Promise<void> {
  const { migration, lease, governor, signal } = work;
  const { unit } = lease;
  const moving = movingTable(migration, unit.table);
  const forward = flowOf(migration, moving, 'forward');
  const pages = scanPages({
    client: forward.to.database.client,
    tableName: forward.to.name,
    segment: unit.segment,
    segments: unit.segments,
    from: unit.cursor,
    governor,
    signal,
  });
  for await (const page of pages) {
    for (const row of page.items) {
      if (epochOf(versionOf(row) ?? '0') >= unit.epoch || isTombstone(row)) continue;
      const key = keyOnOtherSide(migration, moving, 'forward', row);
      const source = key && (await readRow(forward.from, key));
      const mapped = source && forward.mapper.map(source);
      // Still there under this key: the copy left it out only because the tail was quicker, or it is in quarantine.
      if (mapped && 'key' in mapped) continue;
      await lease.assertHeld();
      await deleteIfUnchanged(forward.to, keyOfRow(row, forward.to.shape), row);
      work.meter.count(unit.table, 1);
    }
    await lease.checkpoint(page.next ? { cursor: page.next } : { clearCursor: true, set: { done: true } });
    if (signal.aborted || work.control().paused) return;
  }
}
