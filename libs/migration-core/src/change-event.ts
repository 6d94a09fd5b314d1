import { isEcho } from './echo.ts';
import type { Item } from './item.ts';
import { canonicalItem } from './canonical-value.ts';
import { liveRow, stamped, tombstone } from './marks.ts';
import type { Refused, RowMapper } from './row-mapper.ts';
import { version } from './version.ts';

/** One record of a stream with both images. */
export interface ChangeEvent {
  sequenceNumber: string;
  old?: Item;
  new?: Item;
}

/** One write to the other side, to be made under `acceptsCondition(version)`. */
export interface RegisterWrite {
  key: Item;
  /** The stamped row, or the tombstone. */
  item: Item;
  version: string;
  sequenceNumber: string;
}

export type Changes = { readonly echo: true } | Refused | { readonly writes: readonly RegisterWrite[] };

/**
 * What an event asks of the other side: the row as it is now; and where it was under another key, or is no
 * more, a tombstone there. Always whole images, so that doing it twice is doing it once.
 */
export function changesOf(event: ChangeEvent, mapper: RowMapper, epoch: number): Changes {
  if (isEcho(event)) return { echo: true };
  const [old, current] = [liveRow(event.old), liveRow(event.new)];
  const put = current && mapper.map(current);
  if (put && 'refused' in put) return put;
  const gone = old && mapper.keyOf(old);
  if (gone && 'refused' in gone) return gone;
  const at = version(epoch, event.sequenceNumber);
  const write = (key: Item, item: Item): RegisterWrite => ({
    key,
    item,
    version: at,
    sequenceNumber: event.sequenceNumber,
  });
  const writes: RegisterWrite[] = [];
  if (put) writes.push(write(put.key, stamped(put.item, at)));
  if (gone && !(put && canonicalItem(put.key) === canonicalItem(gone.key)))
    writes.push(write(gone.key, tombstone(gone.key, at, gone.source)));
  return { writes };
}
