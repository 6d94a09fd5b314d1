import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AppError } from '@agent-engine/errors';
import { z } from 'zod';

const schema = z.strictObject({
  /** The list it belongs to: a cursor of another list is refused. */
  list: z.string(),
  /** Key attributes of the last item, without those that the caller's scope decides. */
  after: z.record(
    z.string(),
    z.union([z.strictObject({ S: z.string() }), z.strictObject({ N: z.string() })]),
  ),
});

export interface CursorFormat {
  list: string;
  /** Stored names of the attributes a position consists of. */
  keys: readonly string[];
  /** Those whose value comes from the scope, never from the caller. */
  fixed: Readonly<Record<string, AttributeValue>>;
}

/** A position in a list, opaque to clients. It says where, never whose: that is filled in from the scope. */
export function encodeCursor(
  { list, keys, fixed }: CursorFormat,
  item: Record<string, AttributeValue>,
): string {
  const after = Object.fromEntries(keys.filter((name) => !(name in fixed)).map((name) => [name, item[name]]));
  return Buffer.from(JSON.stringify({ list, after })).toString('base64url');
}

/** @throws AppError `cursor.invalid` for anything that {@link encodeCursor} did not make for this list */
export function decodeCursor(
  { list, keys, fixed }: CursorFormat,
  cursor: string,
): Record<string, AttributeValue> {
  const parsed = schema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  const wanted = keys.filter((name) => !(name in fixed));
  if (
    !parsed.success ||
    parsed.data.list !== list ||
    Object.keys(parsed.data.after).length !== wanted.length ||
    !wanted.every((name) => name in parsed.data.after)
  ) {
    throw new AppError(
      'cursor.invalid',
      'The cursor is not one of this list. Use a nextCursor it returned, or none.',
    );
  }
  return { ...parsed.data.after, ...fixed };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
