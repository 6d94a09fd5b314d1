import type { Item, KeyType, TableShape } from './item.ts';
import { storedBytes } from './item-size.ts';
import { MARK_BYTES } from './marks.ts';

const MAX_STORED_BYTES = 400 * 1024;
const MAX_HASH_BYTES = 2048;
const MAX_RANGE_BYTES = 1024;

/**
 * Why the database would not take the row into a table of this shape; undefined if it would. The same checks
 * as the database makes, made before it is asked: one bad row then fails alone and not with its batch.
 */
export function refusal(item: Item, shape: TableShape): string | undefined {
  return keyRefusal(item, shape) ?? indexRefusal(item, shape) ?? sizeRefusal(item, shape);
}

/** The part of {@link refusal} that concerns the table's own key. */
export function keyRefusal(item: Item, shape: TableShape): string | undefined {
  for (const [name, type, max] of [
    [shape.hash, 'S', MAX_HASH_BYTES],
    [shape.range, shape.rangeType, MAX_RANGE_BYTES],
  ] as const) {
    if (item[name] === undefined) return `${name} is missing, and is a key of ${shape.table}.`;
    const wrong = valueRefusal(item, name, type, max);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function indexRefusal(item: Item, shape: TableShape): string | undefined {
  for (const index of shape.indexes) {
    const wrong =
      valueRefusal(item, index.hash, 'S', MAX_HASH_BYTES) ??
      valueRefusal(item, index.range, index.rangeType, MAX_RANGE_BYTES);
    if (wrong !== undefined) return `${wrong} It is a key of the index ${index.name}.`;
  }
  return undefined;
}

function valueRefusal(item: Item, name: string, type: KeyType, maxBytes: number): string | undefined {
  const value = item[name];
  if (value === undefined) return undefined;
  const text = value[type];
  if (text === undefined)
    return `${name} is of type ${Object.keys(value)[0] ?? 'unknown'}, and must be ${type}.`;
  if (text === '') return `${name} is empty.`;
  const bytes = Buffer.byteLength(text);
  return type === 'S' && bytes > maxBytes
    ? `${name} has ${bytes} bytes; at most ${maxBytes} are possible.`
    : undefined;
}

function sizeRefusal(item: Item, shape: TableShape): string | undefined {
  // With room for marks: a row that can be copied but never again updated would be of no use.
  const marked = { ...item, _mig_: { S: 'x'.repeat(MARK_BYTES) } };
  const bytes = storedBytes(marked, shape);
  return bytes > MAX_STORED_BYTES
    ? `The row would have ${bytes} bytes with its local indexes; at most ${MAX_STORED_BYTES} are possible.`
    : undefined;
}
