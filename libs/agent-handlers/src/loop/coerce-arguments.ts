import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** How deep arguments are looked into. */
const MAX_DEPTH = 16;

/**
 * A model's arguments with values brought to the types the tool's schema asks for, where the model wrote them as text:
 * `"3"`, `"true"`, `"[1, 2]"`, `"{...}"`. Names are never changed, nothing is added or left out, and text stays text
 * where the schema takes text.
 */
export function coerceArguments(args: JsonObject, schema: JsonObject): JsonObject {
  const coerced = coerce(args, schema, 0);
  return isJsonObject(coerced) ? coerced : args;
}

function coerce(value: JsonValue, schema: JsonValue | undefined, depth: number): JsonValue {
  if (!isJsonObject(schema) || depth > MAX_DEPTH) return value;
  const types = typesOf(schema);
  const meant = typeof value === 'string' && !types.has('string') ? parsed(value, types) : value;
  if (Array.isArray(meant)) return meant.map((item) => coerce(item, schema.items, depth + 1));
  if (!isJsonObject(meant)) return meant;
  const { properties, additionalProperties } = schema;
  const known = isJsonObject(properties) ? properties : {};
  return Object.fromEntries(
    Object.entries(meant).map(([name, item]) => [
      name,
      coerce(item, Object.hasOwn(known, name) ? known[name] : additionalProperties, depth + 1),
    ]),
  );
}

/** Empty when the schema does not say, or says it in a way that leaves text possible. */
function typesOf({ type, anyOf, oneOf }: JsonObject): Set<string> {
  const alternatives = Array.isArray(anyOf) ? anyOf : Array.isArray(oneOf) ? oneOf : undefined;
  if (alternatives) {
    const all = alternatives.map((alternative) =>
      isJsonObject(alternative) ? typesOf(alternative) : new Set<string>(),
    );
    return all.every((types) => types.size > 0) ? new Set(all.flatMap((types) => [...types])) : new Set();
  }
  const named = Array.isArray(type) ? type : [type];
  return new Set(named.filter((name) => typeof name === 'string'));
}

function parsed(text: string, types: ReadonlySet<string>): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text.trim()) as JsonValue;
  } catch {
    return text;
  }
  return types.has(typeName(value)) || (typeof value === 'number' && types.has('number')) ? value : text;
}

function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
