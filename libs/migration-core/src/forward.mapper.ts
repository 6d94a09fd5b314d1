import { type Item, keyAttributes, type TableShape } from './item.ts';
import type { KeyMapping, Mapped } from './key-mapping.ts';
import { marks, withoutMarks } from './marks.ts';
import { keyRefusal, refusal } from './row-limits.ts';
import type { RowMapper } from './row-mapper.ts';
import { stampsOf, tenant } from './tenant.attributes.ts';

export interface MapperOptions {
  /** The side whose images are mapped. */
  from: TableShape;
  /** The side they are mapped to. */
  to: TableShape;
  mapping: KeyMapping;
}

/**
 * Legacy rows, keyed by `endpoint_id`, to rows keyed by `partition_key`: three attributes are set, all others
 * stay as they are. What the reverse could not tell from the result goes into `_mig_src`: the legacy key where
 * several are one partition, and stamps that the legacy row had already.
 */
export function forwardMapper({ from, to, mapping }: MapperOptions): RowMapper {
  const target = (image: Item): Mapped => {
    const wrong = keyRefusal(image, from);
    return wrong === undefined ? mapping(image[from.hash]?.S ?? '') : { refused: wrong };
  };
  return {
    keyOf(image) {
      const mapped = target(image);
      if ('refused' in mapped) return mapped;
      const key = keyAttributes(to, { ...image, ...stampsOf(mapped.partition) });
      return { key, source: sourceMark(from, withoutMarks(image), mapping, mapped.partition.key, false) };
    },
    map(image) {
      const mapped = target(image);
      if ('refused' in mapped) return mapped;
      const row = withoutMarks(image);
      const source = sourceMark(from, row, mapping, mapped.partition.key, true);
      const item = { ...row, ...stampsOf(mapped.partition), ...source };
      const wrong = refusal(item, to);
      return wrong === undefined ? { key: keyAttributes(to, item), item } : { refused: wrong };
    },
  };
}

function sourceMark(
  from: TableShape,
  row: Item,
  mapping: KeyMapping,
  partitionKey: string,
  withStamps: boolean,
): Item {
  const source: Item = {};
  const legacyKey = row[from.hash];
  if (legacyKey !== undefined && mapping.legacyKeysOf(partitionKey).length > 1) source.key = legacyKey;
  const was: Item = {};
  for (const name of [tenant.partitionKey, tenant.partId]) {
    const value = row[name];
    if (value !== undefined) was[name] = value;
  }
  if (withStamps && Object.keys(was).length > 0) source.was = { M: was };
  return Object.keys(source).length > 0 ? { [marks.source]: { M: source } } : {};
}
