import type { Attribute, AttributeKind, EntityDefinition, JsonMap, Shape } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';

/** Values by attribute name; undefined means "not given". */
export type Values = Readonly<Record<string, unknown>>;

/** A row's whole primary key by attribute name. All keys of all tables are text. */
export type Key = Readonly<Record<string, string>>;

/** DynamoDB holds 32 levels; the row and the attribute take the first two. */
const MAX_JSON_DEPTH = 30;

/** What DynamoDB takes as a hash and as a range key, of tables and indexes. */
const MAX_HASH_BYTES = 2048;
const MAX_RANGE_BYTES = 1024;

/** DynamoDB has no empty attribute names; the other two turn objects into something else on the way. */
const FORBIDDEN_KEYS = new Set(['', 'constructor', '__proto__']);

const expected: Record<AttributeKind, string> = {
  text: 'a string',
  integer: 'an integer',
  float: 'a number',
  boolean: 'true or false',
  timestamp: 'a timestamp',
  json: 'an object',
  jsonList: 'a list of objects',
  textList: 'a list of strings',
};

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown, test: (entry: unknown) => boolean) =>
  Array.isArray(value) && value.every(test);

const fits: Record<AttributeKind, (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string',
  integer: (value) => Number.isSafeInteger(value),
  float: (value) => Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  timestamp: (value) => typeof value === 'string',
  json: isObject,
  jsonList: (value) => listOf(value, isObject),
  textList: (value) => listOf(value, (entry) => typeof entry === 'string'),
};

/**
 * The value as it is stored: checked, and the objects of a shaped list brought into their shape.
 * @throws AppError `argument.invalid` naming the argument and what it must be
 */
export function prepared(definition: EntityDefinition, name: string, value: unknown): unknown {
  assertFits(definition, name, value);
  const shape = definition.attributes[name]?.shape;
  return shape ? (value as JsonMap[]).map((entry, i) => shaped(shape, entry, `${name}[${i}]`)) : value;
}

/** Named keys only, demanded or filled in: clients send along what they happen to hold. */
function shaped(shape: Shape, entry: JsonMap, where: string): JsonMap {
  const result: JsonMap = {};
  for (const [key, rule] of Object.entries(shape)) {
    const value = entry[key];
    if (value !== undefined && value !== null) result[key] = value;
    else if ('default' in rule) result[key] = rule.default;
    else if ('required' in rule) {
      throw new AppError('argument.invalid', `${where} needs ${key}.`, { details: { argument: where } });
    }
  }
  return result;
}

/** @throws AppError `argument.invalid` naming the argument and what it must be */
export function assertFits(definition: EntityDefinition, name: string, value: unknown): void {
  const attribute = definition.attributes[name];
  if (!attribute) throw new AppError('argument.invalid', `${definition.name} has no ${name}.`);
  if (!fits[attribute.kind](value)) {
    throw new AppError('argument.invalid', `${name} must be ${expected[attribute.kind]}.`, {
      details: { argument: name },
    });
  }
  if (attribute.oneOf && !attribute.oneOf.includes(value as string)) {
    throw new AppError('argument.invalid', `${name} must be one of ${attribute.oneOf.join(', ')}.`, {
      details: { argument: name },
    });
  }
  if (typeof value === 'object') assertStorable(name, value, 1);
  if (typeof value === 'string' && isKey(definition, name)) assertKeyFits(definition, name, value);
}

function assertStorable(name: string, value: unknown, depth: number): void {
  if (depth > MAX_JSON_DEPTH) {
    throw new AppError('argument.invalid', `${name} is nested deeper than ${MAX_JSON_DEPTH} levels.`, {
      details: { argument: name },
    });
  }
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new AppError(
      'argument.invalid',
      `${name} holds an integer beyond 2^53: send it as a string to keep it exact.`,
      { details: { argument: name } },
    );
  }
  if (typeof value === 'object' && value !== null) {
    for (const key of Array.isArray(value) ? [] : Object.keys(value)) {
      if (FORBIDDEN_KEYS.has(key)) {
        throw new AppError('argument.invalid', `${name} must not use ${JSON.stringify(key)} as a key.`, {
          details: { argument: name },
        });
      }
    }
    for (const entry of Object.values(value)) assertStorable(name, entry, depth + 1);
  }
}

/** Key attributes, of the table or an index, are neither empty nor long. */
function assertKeyFits({ key, indexes }: EntityDefinition, name: string, value: string): void {
  if (value === '') {
    throw new AppError('argument.invalid', `${name} must not be empty.`, { details: { argument: name } });
  }
  const bytes = Buffer.byteLength(value);
  const isHash = name === key.hash || Object.values(indexes).some((index) => index.hash === name);
  const maxBytes = isHash ? MAX_HASH_BYTES : MAX_RANGE_BYTES;
  if (bytes > maxBytes) {
    throw new AppError('argument.tooLarge', `${name} has ${bytes} bytes; at most ${maxBytes} are taken.`, {
      details: { argument: name, bytes, maxBytes },
    });
  }
}

function isKey(definition: EntityDefinition, name: string): boolean {
  const indexes = Object.values(definition.indexes);
  return (
    name === definition.key.hash ||
    name === definition.key.range ||
    indexes.some((index) => index.range === name || index.hash === name)
  );
}

/** @throws AppError `argument.required` naming every attribute a new row lacks */
export function assertComplete(definition: EntityDefinition, values: Values): void {
  const missing = Object.entries<Attribute>(definition.attributes)
    .filter(([name, attribute]) => attribute.required && values[name] == null)
    .map(([name]) => name);
  if (missing.length > 0) {
    throw new AppError('argument.required', `A new ${definition.name} needs ${missing.join(', ')}.`, {
      details: { arguments: missing },
    });
  }
}
