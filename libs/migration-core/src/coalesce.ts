import { canonicalItem } from './canonical-value.ts';
import { type ChangeEvent, changesOf, type RegisterWrite } from './change-event.ts';
import { collision } from './register.ts';
import type { RowMapper } from './row-mapper.ts';

export interface Quarantined {
  event: ChangeEvent;
  reason: string;
}

/** What remains to be written of a batch of events, and what became of the others. */
export interface Coalesced {
  /** At most one per target key (a transaction may touch a row once): the newest, in the order of the batch. */
  writes: readonly RegisterWrite[];
  quarantined: readonly Quarantined[];
  /** Events of which nothing is left to write, because later ones of the batch replace it. */
  superseded: number;
  /** Events of the migration itself: not counted as seen, there is nothing to replicate. */
  echoes: number;
}

export function coalesce(events: readonly ChangeEvent[], mapper: RowMapper, epoch: number): Coalesced {
  const newest = new Map<string, RegisterWrite>();
  const quarantined: Quarantined[] = [];
  let echoes = 0;
  for (const event of events) {
    const changes = changesOf(event, mapper, epoch);
    if ('echo' in changes) echoes++;
    else if ('refused' in changes) quarantined.push({ event, reason: changes.refused });
    else {
      const reason = changes.writes
        .map((write) => collision(newest.get(keyText(write))?.item, write.item))
        .find(Boolean);
      if (reason !== undefined) {
        quarantined.push({ event, reason });
        continue;
      }
      changes.writes.forEach((write) => keepNewest(newest, write));
    }
  }
  const writes = [...newest.values()];
  const superseded = events.length - echoes - quarantined.length - eventsOf(writes);
  return { writes, quarantined, superseded, echoes };
}

/** An event that moves a row has two writes. */
const eventsOf = (writes: readonly RegisterWrite[]) =>
  new Set(writes.map(({ sequenceNumber }) => sequenceNumber)).size;

const keyText = ({ key }: RegisterWrite) => canonicalItem(key);

function keepNewest(newest: Map<string, RegisterWrite>, write: RegisterWrite): void {
  const key = keyText(write);
  const other = newest.get(key);
  if (other && other.version >= write.version) return;
  newest.delete(key); // so that it moves behind what was written between
  newest.set(key, write);
}

export interface EventCounts {
  seen: number;
  applied: number;
  superseded: number;
  quarantined: number;
}

/**
 * Counts a batch once its writes were tried, so that `seen = applied + superseded + quarantined`: an event is
 * applied if any of its writes landed, else something newer was there.
 */
export function countEvents(batch: Coalesced, landed: ReadonlySet<RegisterWrite>): EventCounts {
  const applied = eventsOf(batch.writes.filter((write) => landed.has(write)));
  const superseded = batch.superseded + eventsOf(batch.writes) - applied;
  const quarantined = batch.quarantined.length;
  return { seen: applied + superseded + quarantined, applied, superseded, quarantined };
}
