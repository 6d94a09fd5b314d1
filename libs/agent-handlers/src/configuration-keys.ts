import { z } from 'zod';
import { isJsonObject } from './json.ts';

/**
 * An agent's `configuration` with snake_case keys. Rows hold either form, depending on their age; where a row
 * holds both, the snake_case one is newer.
 */
export const configurationKeys = z.unknown().transform((value): Record<string, unknown> => {
  if (!isJsonObject(value)) return {};
  const renamed: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(value)) {
    const name = snakeCase(key);
    if (name === key || !Object.hasOwn(value, name)) renamed[name] = setting;
  }
  return renamed;
});

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
