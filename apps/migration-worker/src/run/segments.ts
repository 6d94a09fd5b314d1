import type { TableDescription } from '@aws-sdk/client-dynamodb';
import type { Migration } from '../world/migration.ts';

const SMALL_TABLE_BYTES = 1024 ** 2;
const SEGMENT_BYTES = 128 * 1024 ** 2;
const MIN_SEGMENTS = 4;
const MAX_SEGMENTS = 256;

/** Small enough that a kill costs little and workers can share, large enough that leases cost nothing. */
export function segmentsFor({ config }: Migration, { TableSizeBytes: bytes = 0 }: TableDescription): number {
  if (config.segments !== 'auto') return config.segments;
  if (bytes < SMALL_TABLE_BYTES) return 1;
  return Math.min(MAX_SEGMENTS, Math.max(MIN_SEGMENTS, Math.ceil(bytes / SEGMENT_BYTES)));
}
