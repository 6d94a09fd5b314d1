import type { MapperOptions } from './forward.mapper.ts';
import { type Item, keyAttributes, type TableShape } from './item.ts';
import { marks, sourceKeyOf, withoutMarks } from './marks.ts';
import { keyRefusal, refusal } from './row-limits.ts';
import type { RowMapper } from './row-mapper.ts';
import { tenant } from './tenant.attributes.ts';

export interface ReverseMapper extends RowMapper {
  /** Why rolling the row back would lose something; undefined if forward mapping gives it back as it is. */
  lossReason(item: Item): string | undefined;
}

/**
 * Rows keyed by `partition_key` back to the legacy key: `endpoint_id` is the legacy key again, the stamps are
 * gone, or what they were where the legacy row had some (an update keeps `_mig_src`; a row that was put anew
 * has none, and then none are restored).
 *
 * In a partition of several legacy keys a row goes to the one it came from, and a row that came from none to
 * the one listed first. A partition without a legacy key goes to its endpoint's: others may have it too, so
 * that is a loss, and `lossReason` says so beforehand.
 */
export function reverseMapper({ from, to, mapping }: MapperOptions): ReverseMapper {
  const legacyKeyOf = (image: Item): string | undefined => {
    const keys = mapping.legacyKeysOf(image[from.hash]?.S ?? '');
    const source = sourceKeyOf(image);
    return source !== undefined && keys.includes(source) ? source : keys[0];
  };
  const withLegacyKey = (image: Item): Item => ({
    ...image,
    [to.hash]: { S: legacyKeyOf(image) ?? endpointOf(image, from) },
  });
  const map: RowMapper['map'] = (image) => {
    const unreadable = keyRefusal(image, from);
    if (unreadable !== undefined) return { refused: unreadable };
    const {
      [tenant.partitionKey]: _key,
      [tenant.partId]: _part,
      ...row
    } = withoutMarks(withLegacyKey(image));
    const item = { ...row, ...image[marks.source]?.M?.was?.M };
    const wrong = refusal(item, to);
    return wrong === undefined ? { key: keyAttributes(to, item), item } : { refused: wrong };
  };
  return {
    map,
    keyOf(image) {
      const unreadable = keyRefusal(image, from);
      return unreadable === undefined
        ? { key: keyAttributes(to, withLegacyKey(image)) }
        : { refused: unreadable };
    },
    lossReason(item) {
      if (legacyKeyOf(item) === undefined)
        return `Partition ${JSON.stringify(item[from.hash]?.S)} has no legacy key of its own.`;
      const mapped = map(item);
      return 'refused' in mapped ? mapped.refused : undefined;
    },
  };
}

/** A key has exactly one `#`: neither of its components may contain one. */
function endpointOf(image: Item, from: TableShape): string {
  return (image[from.hash]?.S ?? '').split('#', 1)[0] ?? '';
}
