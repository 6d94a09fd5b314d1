import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { canonicalNumber } from './canonical-number.ts';
import { isIndexed, type Item, type TableShape } from './item.ts';

/** What an index entry has beside the row that it holds. */
const INDEX_ENTRY_BYTES = 100;
const CONTAINER_BYTES = 3;
const ENTRY_BYTES = 1;

/** Bytes of a row by DynamoDB's rules: names and values, both in UTF-8. */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) bytes += Buffer.byteLength(name) + valueBytes(value);
  }
  return bytes;
}

/** Bytes of a row together with the copies that local indexes hold of it: what the 400 KB limit is about. */
export function storedBytes(item: Item, shape: TableShape): number {
  const copies = shape.indexes.filter((index) => index.kind === 'local' && isIndexed(item, index));
  return itemBytes(item) + copies.length * indexEntryBytes(item);
}

/** Bytes of a row's entry in an index that projects all of it. */
export function indexEntryBytes(item: Item): number {
  return itemBytes(item) + INDEX_ENTRY_BYTES;
}

export function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.M !== undefined)
    return CONTAINER_BYTES + itemBytes(value.M) + ENTRY_BYTES * Object.keys(value.M).length;
  if (value.L !== undefined)
    return CONTAINER_BYTES + sum(value.L, (entry) => ENTRY_BYTES + valueBytes(entry));
  if (value.B !== undefined) return value.B.byteLength;
  if (value.SS !== undefined) return sum(value.SS, (text) => Buffer.byteLength(text));
  if (value.NS !== undefined) return sum(value.NS, numberBytes);
  if (value.BS !== undefined) return sum(value.BS, (bytes) => bytes.byteLength);
  return 1;
}

/** A byte for each pair of digits, counted from the decimal point; one for the exponent, one for a minus sign. */
function numberBytes(text: string): number {
  const [, minus = '', digits = '', zeros = '', exponent = '0'] =
    /^(-?)(\d*?)(0*)(?:e(.*))?$/.exec(canonicalNumber(text)) ?? [];
  if (digits === '') return 1;
  const lowest = zeros.length + Number(exponent);
  const highest = lowest + digits.length - 1;
  return Math.floor(highest / 2) - Math.floor(lowest / 2) + 2 + minus.length;
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
