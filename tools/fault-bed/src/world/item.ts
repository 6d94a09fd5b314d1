import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A row as DynamoDB holds it. Never as JavaScript numbers: those have 53 bits, DynamoDB has 38 digits. */
export type Item = Record<string, AttributeValue>;

/** A value that is written exactly as given, such as the number `1.0`. */
export class Raw {
  readonly value: AttributeValue;

  constructor(value: AttributeValue) {
    this.value = value;
  }
}
export const number = (text: string): Raw => new Raw({ N: text });

export type Value = string | number | boolean | null | Raw | Value[] | { [key: string]: Value | undefined };

export function attributeValue(value: Value): AttributeValue {
  if (value instanceof Raw) return value.value;
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attributeValue) };
  return { M: itemOf(value) };
}

/** Attributes that are undefined are absent. */
export function itemOf(values: Readonly<Record<string, Value | undefined>>): Item {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, attributeValue(value)]],
    ),
  );
}
