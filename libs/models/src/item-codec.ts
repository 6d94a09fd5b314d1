import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { convertToNative, type NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import { type Attribute, type EntityDefinition, type ItemOf, storedName } from '@agent-engine/entities';

export type StoredItem = Record<string, AttributeValue>;

/** Turns stored rows into items and items' names into stored ones. The only place that knows both spellings. */
export interface ItemCodec<D extends EntityDefinition> {
  /** NULL and missing read as the default, or null without one; attributes the definition does not name are left out. */
  decode(stored: StoredItem): ItemOf<D>;
  /** Attribute name → stored name. */
  name(attribute: string): string;
}

export function itemCodec<D extends EntityDefinition>(definition: D): ItemCodec<D> {
  const fields = Object.entries<Attribute>(definition.attributes).map(([name, attribute]) => ({
    name,
    stored: storedName(name),
    fallback: attribute.default ?? null,
  }));
  const names = new Map(fields.map(({ name, stored }) => [name, stored]));
  return {
    decode(stored) {
      const item: Record<string, unknown> = {};
      for (const field of fields) {
        const value = stored[field.stored];
        item[field.name] = value === undefined || value.NULL ? field.fallback : native(value);
      }
      return item as ItemOf<D>;
    },
    name: (attribute) => names.get(attribute) ?? storedName(attribute),
  };
}

/** Text first: most attributes are, and the general conversion costs ten times as much. */
function native(value: AttributeValue): NativeAttributeValue {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return number(value.N);
  return convertToNative(value, { wrapNumbers: number });
}

/** Numbers that JavaScript cannot hold exactly stay text instead of becoming other numbers. */
function number(text: string): NativeAttributeValue {
  const value = Number(text);
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? text : value;
}
