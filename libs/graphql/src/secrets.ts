import type { Attribute, Secret } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import { snakeKey } from './key-case.ts';

/** Stands for a stored secret. Written back, it keeps what is stored. */
export const MASK = '********';

const CREDENTIAL =
  /(^|_)(api_?key|access_?key(_id)?|secret_?key|private_?key|secret|token|password|passwd|authorization|credentials?|cookie)$/;

/** In every key that can be one of the above: looked for first, because turning a key into storage case is dear. */
const HINT = /key|secret|token|pass|auth|credential|cookie/;

/** References say where a secret is, not what it is. */
const REFERENCE = /^(secretsmanager|ssm|env):/;

/** The value as callers may see it: the same one if there is nothing to hide. */
export function masked({ secret }: Attribute, value: unknown): unknown {
  if (!secret) return value;
  const hides = (key: string, text: string) => text !== '' && isSecret(secret, key) && !REFERENCE.test(text);
  return some(value, hides) ? walk(value, (key, text) => (hides(key, text) ? MASK : text)) : value;
}

/** Most values hide nothing, and looking costs much less than copying. */
function some(value: unknown, test: (key: string, text: string) => boolean, key = ''): boolean {
  if (typeof value === 'string') return test(key, value);
  if (Array.isArray(value)) return value.some((entry) => some(entry, test, key));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, entry]) => some(entry, test, name));
}

export function holdsMask(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === MASK;
  return Object.values(value).some(holdsMask);
}

/**
 * Puts stored secrets back where the mask was written.
 * @throws AppError `argument.invalid` where nothing is stored: a mask is never taken for a secret
 */
export function unmasked(name: string, value: unknown, stored: unknown): unknown {
  if (value === MASK) {
    if (stored !== undefined && stored !== null) return stored;
    throw new AppError(
      'argument.invalid',
      `${name} holds the mask of a secret, but no secret is stored there. Send the secret itself.`,
      {
        details: { argument: name },
      },
    );
  }
  if (Array.isArray(value)) {
    return value.map((entry, i) =>
      unmasked(`${name}[${i}]`, entry, Array.isArray(stored) ? stored[i] : undefined),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      unmasked(`${name}.${key}`, entry, entryOf(stored, key)),
    ]),
  );
}

/** Rows of older writers hold camelCase keys. */
function entryOf(stored: unknown, key: string): unknown {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const entries = Object.entries(stored);
  return (entries.find(([name]) => name === key) ??
    entries.find(([name]) => snakeKey(name) === snakeKey(key)))?.[1];
}

const isSecret = (secret: Secret, key: string) =>
  secret === 'everyValue' || (HINT.test(key.toLowerCase()) && CREDENTIAL.test(snakeKey(key)));

function walk(value: unknown, replace: (key: string, text: string) => string, key = ''): unknown {
  if (typeof value === 'string') return replace(key, value);
  if (Array.isArray(value)) return value.map((entry) => walk(entry, replace, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, walk(entry, replace, name)]));
}
