import type { EventCounts } from './coalesce.ts';

/** What became of the rows a scan has read. */
export interface CopyCounts {
  scanned: number;
  inserted: number;
  /** Was there already. */
  present: number;
  quarantined: number;
  /** Nothing to do for it. */
  filtered: number;
}

/** A count that does not add up: rows or events of which nobody knows what became. */
export interface Imbalance {
  equation: 'copy' | 'events';
  /** What came in. */
  total: number;
  /** What is accounted for. */
  accounted: number;
  message: string;
}

/** Empty if every row and every event is accounted for; anything else blocks a cutover. */
export function imbalances(copy: CopyCounts, events: EventCounts): Imbalance[] {
  return [
    balance('copy', copy.scanned, {
      inserted: copy.inserted,
      present: copy.present,
      quarantined: copy.quarantined,
      filtered: copy.filtered,
    }),
    balance('events', events.seen, {
      applied: events.applied,
      superseded: events.superseded,
      quarantined: events.quarantined,
    }),
  ].filter((found) => found !== undefined);
}

function balance(
  equation: Imbalance['equation'],
  total: number,
  parts: Record<string, number>,
): Imbalance | undefined {
  const accounted = Object.values(parts).reduce((sum, count) => sum + count, 0);
  if (accounted === total) return undefined;
  const listed = Object.entries(parts).map(([name, count]) => `${count} ${name}`);
  const noun = equation === 'copy' ? 'rows were scanned' : 'events were seen';
  return {
    equation,
    total,
    accounted,
    message: `${total} ${noun}, but ${listed.join(' + ')} = ${accounted}.`,
  };
}
