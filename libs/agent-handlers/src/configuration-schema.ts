import { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/** Said by the library of every schema, and of no use to a form. */
const NOISE = ['$schema', 'additionalProperties', 'propertyNames'];

/**
 * The form clients show for a handler's configuration: the schema's input in the part of JSON Schema (draft 7) that
 * they understand, which is objects, arrays, enumerations and bounds, but no alternatives.
 */
export function configurationSchema(configuration: z.ZodType): JsonObject {
  const schema = z.toJSONSchema(configuration, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
  return simplified(schema as JsonObject) as JsonObject;
}

function simplified(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(simplified);
  if (!isJsonObject(value)) return value;
  const { anyOf, ...rest } = value;
  if (Array.isArray(anyOf)) return simplified({ ...rest, ...(anyOf[0] as JsonObject) });
  return Object.fromEntries(
    Object.entries(rest)
      .filter(([key, entry]) => !NOISE.includes(key) && !isOpenBound(key, entry))
      .map(([key, entry]) => [
        key,
        key === 'properties' && isJsonObject(entry)
          ? Object.fromEntries(Object.entries(entry).map(([name, one]) => [name, simplified(one)]))
          : simplified(entry),
      ]),
  );
}

/** Every integer has these: they bound the number type, not the setting. */
const isOpenBound = (key: string, value: JsonValue): boolean =>
  (key === 'minimum' && value === Number.MIN_SAFE_INTEGER) ||
  (key === 'maximum' && value === Number.MAX_SAFE_INTEGER);
