import type { IncomingMessage } from 'node:http';
import { AppError } from '@agent-engine/errors';

const HEADERS = ['part-id', 'x-part-id', 'part_id'];
const KEYS = ['part_id', 'partId'];

/** Which part the caller asks for. Everything it says counts, in this order; what it says twice must agree. */
export function partWish(request: IncomingMessage, body: object = {}): string | undefined {
  return oneOf([...headerWishes(request), ...bodyWishes(body), ...queryWishes(request)]);
}

/** @throws AppError `partition.ambiguous` when two wishes differ */
export function oneOf(wishes: readonly string[]): string | undefined {
  if (new Set(wishes).size > 1) {
    throw new AppError('partition.ambiguous', 'The request names different parts: name one part once.');
  }
  return wishes[0];
}

export function headerWishes(request: IncomingMessage): string[] {
  return HEADERS.flatMap((name) => request.headersDistinct[name] ?? []).map(asciiWish);
}

/** @throws AppError for header text that could mean something else than it says */
export function asciiWish(value: string): string {
  // Proxies fold a repeated header into one with commas, and bytes above ASCII have no agreed meaning in headers.
  if (value.includes(',')) {
    throw new AppError('partition.ambiguous', 'The part header names several parts: name one.');
  }
  if (/[^\x20-\x7e]/.test(value)) {
    throw new AppError(
      'partition.invalid',
      'The part header may hold ASCII only: name such a part in the body or the query string.',
    );
  }
  return value;
}

export function queryWishes(request: IncomingMessage): string[] {
  const query = new URLSearchParams(request.url?.split('?')[1] ?? '');
  return KEYS.flatMap((name) => query.getAll(name));
}

/** `null` is how JSON says that there is none. */
function bodyWishes(body: object): string[] {
  return KEYS.filter((name) => Object.hasOwn(body, name))
    .map((name) => (body as Record<string, unknown>)[name])
    .filter((value) => value !== null)
    .map((value) => {
      if (typeof value === 'string') return value;
      throw new AppError('partition.invalid', 'part_id must be a string.');
    });
}
