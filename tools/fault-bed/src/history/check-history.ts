import type { WorldRow } from '../world/legacy-rows.ts';
import type { WorldMapping } from '../world/mapping.ts';
import { logicalRow, type Side } from './logical-row.ts';
import type { LoggedWrite } from './write-log.ts';

export interface HistoryCheck {
  /** All writes of all writers, oldest first. */
  writes: readonly LoggedWrite[];
  /** The rows before the first write, as the older engine had them. */
  initial: Iterable<WorldRow>;
  /** The rows now, on either side. */
  final: AsyncIterable<WorldRow> | Iterable<WorldRow>;
  side: Side;
  mapping: WorldMapping;
  /** Only rows of these tables are expected and looked at. Default: all. */
  tables?: readonly string[];
}

/**
 * - `lost`: an acknowledged row is not there
 * - `stale`: an acknowledged write is not there, an older image of the row is
 * - `resurrected`: a row whose deletion was acknowledged is there
 * - `ghost`: a row that nobody ever wrote
 * - `foreign`: a known row with content nobody ever wrote
 * - `duplicate`: two stored rows are the same row
 */
export interface Violation {
  kind: 'lost' | 'stale' | 'resurrected' | 'ghost' | 'foreign' | 'duplicate';
  id: string;
  detail: string;
}

export interface HistoryVerdict {
  violations: Violation[];
  rows: number;
  acknowledged: number;
  /** Of which nobody knows whether they were done. */
  unacknowledged: number;
}

const ABSENT = 'absent';

interface Past {
  /** What the row may be now. */
  allowed: Set<string>;
  /** What it was at any time, intended or done. */
  ever: Set<string>;
  last: string;
}

/**
 * Whether the rows are what the writers' history says: each is as its last acknowledged write left it, or as a write
 * after that of which nobody knows; none is anything else. Each row has one writer at a time, so its history is a line.
 */
export async function checkHistory(check: HistoryCheck): Promise<HistoryVerdict> {
  const pasts = new Map<string, Past>();
  const isChecked = (table: string) => check.tables?.includes(table) ?? true;
  for (const { table, item } of check.initial) {
    const row = isChecked(table) && logicalRow('source', table, item, check.mapping);
    if (row && isExpected(row, check.side)) pasts.set(row.id, pastOf(row.content, 'seeded'));
  }
  let acknowledged = 0;
  let unacknowledged = 0;
  for (const write of check.writes) {
    if (write.outcome === 'ack') acknowledged++;
    else if (!write.outcome) unacknowledged++;
    if (isChecked(write.table)) remember(pasts, write, check);
  }
  const violations: Violation[] = [];
  const seen = new Set<string>();
  for await (const { table, item } of check.final) {
    const row = isChecked(table) && logicalRow(check.side, table, item, check.mapping);
    if (!row || !isExpected(row, check.side)) continue;
    if (seen.has(row.id)) violations.push({ kind: 'duplicate', id: row.id, detail: '' });
    seen.add(row.id);
    const wrong = judge(row.id, row.content, pasts.get(row.id));
    if (wrong) violations.push(wrong);
  }
  for (const [id, past] of pasts) {
    if (!seen.has(id) && !past.allowed.has(ABSENT)) violations.push({ kind: 'lost', id, detail: past.last });
  }
  return { violations, rows: seen.size, acknowledged, unacknowledged };
}

/** Rows without a partition are not to be seen on the target side. */
const isExpected = ({ mapped }: { mapped: boolean }, side: Side): boolean => side === 'source' || mapped;

const pastOf = (state: string, last: string): Past => ({
  allowed: new Set([state]),
  ever: new Set([state]),
  last,
});

function remember(pasts: Map<string, Past>, write: LoggedWrite, { mapping, side }: HistoryCheck): void {
  const row = logicalRow(write.side, write.table, write.image ?? write.key, mapping);
  if (write.outcome === 'nack' || !row || !isExpected(row, side)) return;
  const state = write.image === null ? ABSENT : row.content;
  const past = pasts.get(row.id) ?? pastOf(ABSENT, 'never');
  pasts.set(row.id, past);
  past.ever.add(state);
  if (write.outcome === 'ack') {
    past.allowed = new Set([state]);
    past.last = `${write.op} ${write.writer}:${write.n} at ${new Date(write.at).toISOString()}`;
  } else past.allowed.add(state);
}

function judge(id: string, content: string, past: Past | undefined): Violation | undefined {
  if (past?.allowed.has(content)) return undefined;
  if (!past) return { kind: 'ghost', id, detail: content };
  if (past.allowed.has(ABSENT) && past.allowed.size === 1) {
    return { kind: 'resurrected', id, detail: `after ${past.last}: ${content}` };
  }
  const kind = past.ever.has(content) ? 'stale' : 'foreign';
  return { kind, id, detail: `last: ${past.last}; is ${content}, may be ${[...past.allowed].join(' or ')}` };
}
