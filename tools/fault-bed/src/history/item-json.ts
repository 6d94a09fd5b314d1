import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '../world/item.ts';

/** An item as JSON: bytes are base64, as on DynamoDB's own wire. */
export function itemToJson(item: Item): unknown {
  return JSON.parse(
    JSON.stringify(item, (_key, value: unknown) => {
      if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
      // Buffers turn themselves into this before a replacer sees them.
      const bytes = value as { type?: unknown; data?: unknown } | null;
      return bytes?.type === 'Buffer' && Array.isArray(bytes.data)
        ? Buffer.from(bytes.data as number[]).toString('base64')
        : value;
    }),
  );
}

type JsonValue = Record<string, unknown>;

export function itemFromJson(json: unknown): Item {
  return mapValues(json as Record<string, JsonValue>);
}

function mapValues(map: Record<string, JsonValue>): Item {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, valueFromJson(value)]));
}

function valueFromJson(value: JsonValue): AttributeValue {
  if (typeof value.B === 'string') return { B: bytes(value.B) };
  if (value.BS) return { BS: (value.BS as string[]).map(bytes) };
  if (value.L) return { L: (value.L as JsonValue[]).map(valueFromJson) };
  if (value.M) return { M: mapValues(value.M as Record<string, JsonValue>) };
  return value as unknown as AttributeValue;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
