import { type ChangeEvent, changesOf } from '../change-event.ts';
import type { Item } from '../item.ts';
import { isTombstone } from '../marks.ts';
import type { RowMapper } from '../row-mapper.ts';
import { put, putIfAbsent, putIfNewer, remove, type Target } from './target.fixture.ts';

/** A way to copy a live table: what the scan does with a row it has read, and the tail with an event. */
export interface Algorithm {
  scan(target: Target, image: Item, mapper: RowMapper): Target;
  tail(target: Target, event: ChangeEvent, mapper: RowMapper): Target;
  /** The tail waits until all that was scanned is written. */
  scanFirst?: boolean;
  /** When tombstones are collected: at any time, when all is read, or when also no older worker is left. */
  collects?: 'early' | 'caughtUp' | 'fenced';
}

const EPOCH = 1;

const scanWith =
  (write: (target: Target, key: Item, item: Item) => Target): Algorithm['scan'] =>
  (target, image, mapper) => {
    const mapped = mapper.map(image);
    return 'refused' in mapped ? target : write(target, mapped.key, mapped.item);
  };

const tailWith =
  (write: typeof putIfNewer): Algorithm['tail'] =>
  (target, event, mapper) => {
    const changes = changesOf(event, mapper, EPOCH);
    return 'writes' in changes ? changes.writes.reduce(write, target) : target;
  };

const unconditional = tailWith((target, { key, item }) =>
  isTombstone(item) ? remove(target, key) : put(target, key, item),
);

/** The migration's own: insert if absent, put if newer, tombstones. */
export const correct: Algorithm = { scan: scanWith(putIfAbsent), tail: tailWith(putIfNewer) };

/** Variants that are in use elsewhere, or that one could slip into. Each loses data somewhere. */
export const mutants = {
  'N1 the scan and the tail put and delete without condition': {
    scan: scanWith(put),
    tail: unconditional,
  },
  'N2 the tail puts and deletes without condition': { ...correct, tail: unconditional },
  'N3 deletes leave no tombstone': {
    ...correct,
    tail: tailWith((target, write) => {
      const written = putIfNewer(target, write);
      return isTombstone(write.item) && written !== target ? remove(target, write.key) : written;
    }),
  },
  'N4 events come without old image': {
    ...correct,
    tail: (target, { old, ...event }, mapper) =>
      correct.tail(target, event.new ? event : { ...event, old }, mapper),
  },
  'K versions are timestamps, and all is done in one second': {
    ...correct,
    tail: (target, event, mapper) => correct.tail(target, { ...event, sequenceNumber: '1' }, mapper),
  },
  'S the scan first, then the tail, both without condition': {
    scan: scanWith(put),
    tail: unconditional,
    scanFirst: true,
  },
  'Cg tombstones are collected while rows are still being copied': { ...correct, collects: 'early' },
  'Cl tombstones are collected without waiting for older workers': { ...correct, collects: 'caughtUp' },
} satisfies Record<string, Algorithm>;

/** Collects where it is safe: everything read, and no older worker left that could still write. */
export const collecting: Algorithm = { ...correct, collects: 'fenced' };
