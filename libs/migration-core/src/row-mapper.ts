import type { Item } from './item.ts';

export type Refused = { readonly refused: string };

/**
 * What becomes of a row on the other side. Pure and total: the same image always gives the same answer, and an
 * image that has no place there gives a reason and never a default.
 */
export interface RowMapper {
  /**
   * Only the key, which is all that is known of a row that is gone.
   * `source`: the `_mig_src` that its tombstone needs, so that rows of another source key are told apart.
   */
  keyOf(image: Item): { key: Item; source?: Item } | Refused;
  map(image: Item): { key: Item; item: Item } | Refused;
}
