import type { Item, TableShape } from '@agent-engine/migration-core';

/** Hash and range of a row. */
export function keyOfRow(row: Item, { hash, range }: TableShape): Item {
  const [h, r] = [row[hash], row[range]];
  if (!h || !r) throw new Error(`A row lacks its key attributes ${hash} and ${range}.`);
  return { [hash]: h, [range]: r };
}
