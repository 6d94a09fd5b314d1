import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { canonicalNumber } from './canonical-number.ts';
import type { Item } from './item.ts';

/**
 * One text for each value that DynamoDB can tell apart, and the same text for all spellings of a value that it
 * cannot: numbers in one spelling, sets and map keys in one order, binary as base64. Every type has a tag, so
 * "1" and 1, a set and a list, `""`, NULL and absence all differ.
 */
export function canonicalItem(item: Item): string {
  let text = '{';
  for (const name of Object.keys(item).sort()) {
    const value = item[name];
    if (value !== undefined) text += `${JSON.stringify(name)}:${canonicalValue(value)},`;
  }
  return `${text}}`;
}

/** @throws TypeError for a type this code does not know: comparing it by guess would hide a difference */
export function canonicalValue(value: AttributeValue): string {
  if (value.S !== undefined) return `S${JSON.stringify(value.S)}`;
  if (value.N !== undefined) return `N${canonicalNumber(value.N)}`;
  if (value.M !== undefined) return `M${canonicalItem(value.M)}`;
  if (value.L !== undefined) return `L[${value.L.map(canonicalValue).join()}]`;
  if (value.BOOL !== undefined) return value.BOOL ? 'T' : 'F';
  if (value.NULL !== undefined) return '0';
  if (value.B !== undefined) return `B"${base64(value.B)}"`;
  if (value.SS !== undefined)
    return `SS[${value.SS.map((text) => JSON.stringify(text))
      .sort()
      .join()}]`;
  if (value.NS !== undefined) return `NS[${value.NS.map(canonicalNumber).sort().join()}]`;
  if (value.BS !== undefined) return `BS[${value.BS.map(base64).sort().join()}]`;
  throw new TypeError(`Not a DynamoDB attribute value: ${JSON.stringify(value)}`);
}

const base64 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
