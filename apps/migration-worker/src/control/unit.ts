import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DirectionName } from './control-record.ts';

/**
 * Work that is leased: a segment of a table to copy, to fill in place, to search for extras; a shard to follow, or to
 * watch for writers that were left behind; and the right to switch over, which one process has at a time.
 */
export type UnitKind = 'copy' | 'extras' | 'backfill' | 'tail' | 'watch' | 'switch';

/** What has become of rows and events. Two equations hold over them at every checkpoint. */
export interface Counters {
  scanned: number;
  inserted: number;
  present: number;
  quarantined: number;
  filtered: number;
  seen: number;
  applied: number;
  superseded: number;
  quarantinedEvents: number;
}

export const NO_COUNTS: Counters = {
  scanned: 0,
  inserted: 0,
  present: 0,
  quarantined: 0,
  filtered: 0,
  seen: 0,
  applied: 0,
  superseded: 0,
  quarantinedEvents: 0,
};

export interface Unit extends Counters {
  /** Its item in the control table. */
  readonly item: string;
  readonly kind: UnitKind;
  readonly table: string;
  readonly epoch: number;
  /** Of a scan. */
  readonly segment?: number;
  readonly segments?: number;
  /** Rows that are in this segment by the table's own count, which AWS takes every six hours. */
  readonly expected?: number;
  /** Of a tail. */
  readonly shard?: string;
  readonly parent?: string;
  readonly arn?: string;
  readonly side?: 'source' | 'target';
  readonly direction?: DirectionName;
  /** Where the scan goes on. */
  cursor?: Record<string, AttributeValue>;
  /** Sequence number up to which everything has been dealt with. */
  position?: string;
  done: boolean;
  owner?: string;
  leaseEpoch: number;
  rev: number;
  /** Token of the last change, to recognise a change whose answer got lost. */
  token?: string;
  /** The last probe after which this tail found the end of its stream. */
  tipProbe: number;
  /** When the event at `position` happened, in ms. */
  positionAt?: number;
  /** When nothing was left to read, in ms since 1970. */
  tipAt?: number;
  /** Approximate age of the last event dealt with when it was read, in ms. */
  lagMs: number;
  /** Events up to here were compared on both sides and agreed. */
  verifiedTo?: string;
}

export type NewUnit = Pick<
  Unit,
  | 'kind'
  | 'table'
  | 'epoch'
  | 'segment'
  | 'segments'
  | 'expected'
  | 'shard'
  | 'parent'
  | 'arn'
  | 'side'
  | 'direction'
  | 'tipAt'
  | 'verifiedTo'
>;

const digits = (value: number, length: number) => String(value).padStart(length, '0');

export function unitItem({ kind, table, epoch, segment, shard }: NewUnit): string {
  return `unit#${digits(epoch, 6)}#${kind}#${table}#${shard ?? digits(segment ?? 0, 4)}`;
}

export function decodeUnit(stored: Record<string, AttributeValue>): Unit {
  const { cursor, migration_id: _id, ...rest } = stored;
  return { ...NO_COUNTS, ...(unmarshall(rest) as Unit), ...(cursor?.M && { cursor: cursor.M }) };
}
