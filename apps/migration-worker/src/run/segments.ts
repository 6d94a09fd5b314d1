import { describeTable } from '../arm/table-stream.ts';
import type { Migration, TableFlow } from '../world/migration.ts';

const SMALL_TABLE_BYTES = 1024 ** 2;
const SEGMENT_BYTES = 8 * 1024 ** 2;
const MIN_SEGMENTS = 4;
const MAX_SEGMENTS = 256;

/** Small enough that a kill costs little and workers can share, large enough that leases cost nothing. */
export function segmentsFor({ config }: Pick<Migration, 'config'>, bytes: number): number {
  if (config.segments !== 'auto') return config.segments;
  if (bytes < SMALL_TABLE_BYTES) return 1;
  return Math.min(MAX_SEGMENTS, Math.max(MIN_SEGMENTS, Math.ceil(bytes / SEGMENT_BYTES)));
}

/** The same for either side of a flow: a new table takes hours to learn its size, and has the other one's. */
export async function segmentsOf(
  migration: Migration,
  { from, to }: Pick<TableFlow, 'from' | 'to'>,
): Promise<number> {
  const sides = await Promise.all([from, to].map(({ database, name }) => describeTable(database, name)));
  return segmentsFor(migration, Math.max(...sides.map(({ TableSizeBytes = 0 }) => TableSizeBytes)));
}
