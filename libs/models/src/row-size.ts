import { type EntityDefinition, storedName } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import type { Values } from './values.ts';

/** What a row and its copies in the local indexes of its table may have together. */
const MAX_BYTES = 400 * 1024;

/**
 * Bytes a row of the entity may have: each of its table's local indexes holds it once more, whole.
 */
export function maxRowBytes({ indexes }: EntityDefinition): number {
  const local = Object.values(indexes).filter(({ kind }) => kind === 'local');
  return Math.floor(MAX_BYTES / (1 + local.length));
}

/**
 * Refuses values that cannot be one row: all of it, or the part of it that an update writes.
 * @throws AppError `argument.tooLarge` naming the largest field and its bytes
 */
export function assertRowFits(definition: EntityDefinition, values: Values): void {
  const total = Object.entries(values).reduce((sum, entry) => sum + bytesOfField(entry), 0);
  if (total > maxRowBytes(definition)) throw rowTooLarge(definition, values);
}

/** Says which field is to blame where the storage knows only that the row, with what it held before, is too large. */
export async function namingField<T>(
  definition: EntityDefinition,
  changes: Values,
  write: Promise<T>,
): Promise<T> {
  try {
    return await write;
  } catch (error) {
    throw AppError.is(error, 'argument.tooLarge') ? rowTooLarge(definition, changes, error) : error;
  }
}

function rowTooLarge(definition: EntityDefinition, values: Values, cause?: unknown): AppError {
  const fields = Object.entries(values).map((entry) => ({ name: entry[0], bytes: bytesOfField(entry) }));
  const { name, bytes } = fields.reduce((a, b) => (b.bytes > a.bytes ? b : a), { name: '', bytes: 0 });
  const maxBytes = maxRowBytes(definition);
  return new AppError(
    'argument.tooLarge',
    `The ${definition.name} is too large to be stored. Shorten ${name}, which has ${bytes} bytes: all fields together may have ${maxBytes}.`,
    { cause, details: { argument: name, bytes, maxBytes } },
  );
}

const bytesOfField = ([name, value]: [string, unknown]) =>
  value == null ? 0 : storedName(name).length + bytesOf(value);

/** As DynamoDB counts: text in UTF-8, numbers by their digits, containers with a little for each entry. */
function bytesOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return Buffer.byteLength(value);
    case 'number':
      return Math.ceil(String(value).length / 2) + 1;
    case 'object': {
      if (value === null) return 1;
      const named = !Array.isArray(value);
      return Object.entries(value).reduce(
        (sum, [key, entry]) => sum + 1 + (named ? Buffer.byteLength(key) : 0) + bytesOf(entry),
        3,
      );
    }
    default:
      return 1;
  }
}
