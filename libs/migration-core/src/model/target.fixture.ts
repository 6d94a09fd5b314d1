import { canonicalItem } from '../canonical-value.ts';
import type { RegisterWrite } from '../change-event.ts';
import type { Item } from '../item.ts';
import { isTombstone, sameRow } from '../marks.ts';
import { accepts } from '../register.ts';
import type { RowMapper } from '../row-mapper.ts';

/** A table that honours the conditions of writes. Never changed in place, so that many futures can share it. */
export type Target = ReadonlyMap<string, Item>;

export const at = (target: Target, key: Item) => target.get(canonicalItem(key));

export function put(target: Target, key: Item, item: Item): Target {
  return new Map(target).set(canonicalItem(key), item);
}

export function remove(target: Target, key: Item): Target {
  const copy = new Map(target);
  copy.delete(canonicalItem(key));
  return copy;
}

export function putIfAbsent(target: Target, key: Item, item: Item): Target {
  return at(target, key) ? target : put(target, key, item);
}

export function putIfNewer(target: Target, { key, item, version }: RegisterWrite): Target {
  return accepts(at(target, key), version) ? put(target, key, item) : target;
}

export function withoutTombstones(target: Target): Target {
  return new Map([...target].filter(([, item]) => !isTombstone(item)));
}

/** Whether the table holds what the source rows map to and nothing else; tombstones are nothing. */
export function equals(target: Target, sources: readonly (Item | undefined)[], mapper: RowMapper): boolean {
  const wanted = new Map<string, Item>();
  for (const source of sources) {
    const mapped = source && mapper.map(source);
    if (mapped && 'item' in mapped) wanted.set(canonicalItem(mapped.key), mapped.item);
  }
  return [...new Set([...target.keys(), ...wanted.keys()])].every((key) =>
    sameRow(target.get(key), wanted.get(key)),
  );
}
