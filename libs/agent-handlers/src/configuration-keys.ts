import { z } from 'zod';
import { isJsonObject } from './json.ts';

/**
 * What lies under these keys is in somebody else's words (header names, JSON Schema, a provider's own fields): no key
 * inside is ours to rename.
 */
const VERBATIM = new Set([
  'headers',
  'extra_headers',
  'extra_query',
  'extra_body',
  'logit_bias',
  'metadata',
  'schema',
  'parameters',
  'input_schema',
]);

/**
 * An agent's `configuration` as a handler's settings read it. Keys may be snake_case or camelCase, depending on the
 * row's age; where a row holds both, the snake_case one is newer. Null and empty text are the same as absent.
 */
export const configurationOf = <Settings extends z.ZodType>(settings: Settings) =>
  z.preprocess((value) => (isJsonObject(value) ? snakeCased(value) : {}), settings);

/** For those who look at a few keys only. */
export const configurationKeys = configurationOf(z.record(z.string(), z.unknown()));

function snakeCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (!isJsonObject(value)) return value;
  const renamed: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(value)) {
    const name = snakeCase(key);
    if (setting === null || setting === '' || (name !== key && Object.hasOwn(value, name))) continue;
    renamed[name] = VERBATIM.has(name) ? setting : snakeCased(setting);
  }
  return renamed;
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
