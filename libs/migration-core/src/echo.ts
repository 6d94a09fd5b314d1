import { hasOwnToken, isTombstone, marks, sameRow, sourceKeyOf, versionOf } from './marks.ts';
import type { Item } from './item.ts';

export interface Images {
  old?: Item;
  new?: Item;
}

/**
 * True if the stream record tells of the migration itself and not of the application, so that replicating it
 * back would be a loop: a row or tombstone it wrote, a tombstone it collected, marks it took off.
 *
 * A mark in the new image proves nothing, since an UpdateItem keeps attributes it does not name. The token
 * must be a new one and fit the content; and the version must not go back, or a caller that puts an old copy
 * of a row would pass for us. (A raw copy with newer marks than the row has, such as over one that was
 * put anew without any, still does: do not restore rows by hand during a migration.)
 *
 * Rows that the scan inserted have no version and no token: a tail in the other direction must begin after the
 * last of them.
 */
export function isEcho({ old, new: current }: Images): boolean {
  if (current === undefined) return old !== undefined && isTombstone(old);
  if (isOwnWrite(old, current)) return true;
  // Where the row came from is a mark that counts: without it the row maps to another key.
  return (
    old !== undefined &&
    !isTombstone(old) &&
    sourceKeyOf(old) === sourceKeyOf(current) &&
    sameRow(old, current)
  );
}

function isOwnWrite(old: Item | undefined, current: Item): boolean {
  if (old?.[marks.token]?.S === current[marks.token]?.S || !hasOwnToken(current)) return false;
  return (versionOf(current) ?? '') >= ((old && versionOf(old)) ?? '');
}
