import { type Answer, withBody } from './answer.ts';
import type { Call } from './call.ts';
import type { Refusal } from './refusals.ts';

/** A batch cut in two: what the database shall see, and how its answer becomes the answer to the whole. */
export interface PartialBatch {
  /** Undefined: nothing is left. */
  forwarded: object | undefined;
  complete: (answer: Answer) => Answer;
}

type Lists = Record<string, unknown[]>;
interface KeyList {
  Keys: unknown[];
}

/**
 * Holds back the entries for which `hold` says so (by position within the batch).
 * @returns undefined where the operation is no batch, or `hold` holds nothing
 */
export function holdBack(
  { operation, request }: Call,
  hold: (position: number) => boolean,
  refusal: Refusal,
): PartialBatch | undefined {
  if (operation === 'BatchExecuteStatement') return holdStatements(request, hold, refusal);
  if (operation === 'BatchWriteItem') {
    const { kept, held } = splitLists(request.RequestItems as Lists, hold);
    return merged(request, kept, held, 'UnprocessedItems', (one, other) => [...one, ...other]);
  }
  if (operation !== 'BatchGetItem') return undefined;
  const items = request.RequestItems as Record<string, KeyList>;
  const keys = Object.fromEntries(Object.entries(items).map(([table, { Keys }]) => [table, Keys]));
  const { kept, held } = splitLists(keys, hold);
  const asked = (lists: Lists) =>
    Object.fromEntries(Object.entries(lists).map(([table, Keys]) => [table, { ...items[table], Keys }]));
  return merged(request, asked(kept), asked(held), 'UnprocessedKeys', (one, other) => ({
    ...other,
    Keys: [...one.Keys, ...other.Keys],
  }));
}

function splitLists(lists: Lists, hold: (position: number) => boolean): { kept: Lists; held: Lists } {
  const kept: Lists = {};
  const held: Lists = {};
  let position = 0;
  for (const [table, entries] of Object.entries(lists)) {
    for (const entry of entries) ((hold(position++) ? held : kept)[table] ??= []).push(entry);
  }
  return { kept, held };
}

function merged<T>(
  request: object,
  kept: Record<string, T>,
  held: Record<string, T>,
  unprocessed: 'UnprocessedItems' | 'UnprocessedKeys',
  join: (one: T, other: T) => T,
): PartialBatch | undefined {
  if (Object.keys(held).length === 0) return undefined;
  return {
    forwarded: Object.keys(kept).length > 0 ? { ...request, RequestItems: kept } : undefined,
    complete: (answer) => {
      if (answer.status !== 200) return answer;
      const body = JSON.parse(answer.body.toString()) as Record<string, Record<string, T>>;
      const left: Record<string, T> = { ...body[unprocessed] };
      for (const [table, entries] of Object.entries(held)) {
        const more = left[table];
        left[table] = more === undefined ? entries : join(more, entries);
      }
      return withBody(answer, { ...body, [unprocessed]: left });
    },
  };
}

function holdStatements(
  request: Readonly<Record<string, unknown>>,
  hold: (position: number) => boolean,
  { statement: Code, message: Message }: Refusal,
): PartialBatch | undefined {
  const statements = request.Statements as unknown[];
  const held = statements.map((_, position) => hold(position));
  if (!held.includes(true)) return undefined;
  const kept = statements.filter((_, position) => !held[position]);
  return {
    forwarded: kept.length > 0 ? { ...request, Statements: kept } : undefined,
    complete: (answer) => {
      if (answer.status !== 200) return answer;
      const body = JSON.parse(answer.body.toString()) as { Responses?: unknown[] };
      const responses = [...(body.Responses ?? [])];
      return withBody(answer, {
        ...body,
        Responses: held.map((isHeld) => (isHeld ? { Error: { Code, Message } } : responses.shift())),
      });
    },
  };
}
