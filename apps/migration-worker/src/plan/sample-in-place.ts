import { type Item, itemBytes, partitionOf, stampsOf, writeUnits } from '@agent-engine/migration-core';
import { scanPages } from '../copy/scan-pages.ts';
import type { Migration } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';

const SAMPLES = 1_000;
const READ_UNIT_BYTES = 4096;

/** Units per row for stamping rows in place, from some of them: reading all, and writing each once with its indexes. */
export async function sampleInPlace(
  { source, mapping }: Migration,
  { source: side }: MovingTable,
): Promise<{ write: number; read: number }> {
  let [rows, write, bytes] = [0, 0, 0];
  for await (const { items } of scanPages({ client: source.client, tableName: side.name, limit: SAMPLES })) {
    for (const row of items) {
      rows += 1;
      bytes += itemBytes(row);
      if (row.partition_key === undefined)
        write += writeUnits(side.shape, { ...stampsLike(row, mapping), ...row }, row);
    }
    if (rows >= SAMPLES) break;
  }
  return rows === 0 ? { write: 0, read: 0 } : { write: write / rows, read: bytes / rows / READ_UNIT_BYTES };
}

/** The stamps of the row, or, where only its owner knows them, some of their size. */
function stampsLike(row: Item, mapping: Migration['mapping']): Item {
  const of = partitionOf(row, mapping);
  if ('partition' in of) return stampsOf(of.partition);
  const typical = { S: 'typical-tenant' };
  return { partition_key: { S: 'typical-tenant#typical-tenant' }, endpoint_id: typical, part_id: typical };
}
