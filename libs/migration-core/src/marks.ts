import { hash } from 'node:crypto';
import { canonicalItem } from './canonical-value.ts';
import type { Item } from './item.ts';

/** What the migration writes into rows beside their own attributes, until it is completed. */
export const marks = {
  /** S: the version of the write, see `version`. */
  version: '_mig_seq',
  /** S: proof that the migration wrote exactly this row. */
  token: '_mig_tok',
  /** BOOL: the row is deleted; what is left keeps older writes from bringing it back. */
  deleted: '_mig_del',
  /** M of `key` (S) and `was` (M): what of the source row cannot be told from its mapped form. */
  source: '_mig_src',
} as const;

const PREFIX = '_mig_';
const TOKEN_CHARACTERS = 16;

/** What marks add to a row at most, `_mig_src` apart. */
export const MARK_BYTES = 96;

export function withoutMarks(item: Item): Item {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !name.startsWith(PREFIX)));
}

/** The row as the migration writes it: with its version, and a token that fits no other content or version. */
export function stamped(item: Item, version: string): Item {
  const row = { ...item, [marks.version]: { S: version } };
  return { ...row, [marks.token]: { S: tokenOf(row) } };
}

/**
 * A deleted row: its key and marks only, so that no index shows it.
 * @param source `_mig_src` of the deleted row, where it has one
 */
export function tombstone(key: Item, version: string, source: Item = {}): Item {
  return stamped({ ...key, ...source, [marks.deleted]: { BOOL: true } }, version);
}

/** False for a row that an upsert made of a tombstone: it kept the mark, but has content that counts. */
export function isTombstone(item: Item): boolean {
  return item[marks.deleted]?.BOOL === true && hasOwnToken(item);
}

export function versionOf(item: Item): string | undefined {
  return item[marks.version]?.S;
}

/** The legacy key of a row in a partition that several of them share. */
export function sourceKeyOf(item: Item | undefined): string | undefined {
  return item?.[marks.source]?.M?.key?.S;
}

/** True if the row is, byte for byte, one that the migration wrote. */
export function hasOwnToken(item: Item): boolean {
  const token = item[marks.token]?.S;
  return token !== undefined && token === tokenOf(item);
}

/** Whether two images say the same of a row: marks do not count, and a tombstone is no row. */
export function sameRow(a: Item | undefined, b: Item | undefined): boolean {
  const [one, other] = [liveRow(a), liveRow(b)];
  if (one === undefined || other === undefined) return one === other;
  return canonicalItem(withoutMarks(one)) === canonicalItem(withoutMarks(other));
}

/** The row, or nothing where there is none or only its tombstone. */
export function liveRow(item: Item | undefined): Item | undefined {
  return item === undefined || isTombstone(item) ? undefined : item;
}

function tokenOf(item: Item): string {
  const { [marks.token]: _, ...rest } = item;
  return hash('sha256', canonicalItem(rest), 'base64url').slice(0, TOKEN_CHARACTERS);
}
