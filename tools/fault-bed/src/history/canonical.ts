import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '../world/item.ts';

/** The same text for the same value, however DynamoDB or a client may spell it; another text for any other value. */
export function canonical(value: AttributeValue): string {
  if (value.S !== undefined) return `S${JSON.stringify(value.S)}`;
  if (value.N !== undefined) return `N${canonicalNumber(value.N)}`;
  if (value.BOOL !== undefined) return value.BOOL ? 'true' : 'false';
  if (value.NULL !== undefined) return 'null';
  if (value.B !== undefined) return `B${base64(value.B)}`;
  if (value.SS)
    return `SS{${value.SS.map((text) => JSON.stringify(text))
      .sort()
      .join()}}`;
  if (value.NS) return `NS{${value.NS.map(canonicalNumber).sort().join()}}`;
  if (value.BS) return `BS{${value.BS.map(base64).sort().join()}}`;
  if (value.L) return `[${value.L.map(canonical).join()}]`;
  if (value.M) return canonicalItem(value.M);
  throw new TypeError(`No value of DynamoDB: ${JSON.stringify(value)}`);
}

export function canonicalItem(item: Item): string {
  const names = Object.keys(item).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(item[name] as AttributeValue)}`).join()}}`;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Sign, digits without zeros around them, and the power of ten of the last one. 38 digits are more than a double has. */
export function canonicalNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([-+]?)(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i.exec(text) ?? [];
  if (whole + fraction === '') throw new TypeError(`No number: ${text}`);
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign === '-' ? '-' : ''}${significant}^${power}`;
}
