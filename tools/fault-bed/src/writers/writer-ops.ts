import type { Random } from '../random.ts';
import type { Item } from '../world/item.ts';
import { worldTable, worldTables } from '../world/world-tables.ts';

/** What the engines do to rows, and how often each of it. */
export const OPS = {
  insert: 22,
  /** UpdateItem of some attributes, as most updates are. */
  update: 30,
  /** Several updates of one row without a pause: within one second, often within one millisecond. */
  burst: 10,
  /** The whole row again, as activation writes it; attributes the engine does not know are lost. */
  save: 8,
  flip: 10,
  delete: 8,
  /** The same key again at once. */
  recreate: 6,
  /** Two rows of a table, both or neither. */
  pair: 6,
} as const;
export type Op = keyof typeof OPS;

/** Threads are written once. */
export const suitsTable = (op: Op, table: string): boolean =>
  table !== 'threads' || op === 'insert' || op === 'delete' || op === 'recreate';

/** What says whose a row is and where it belongs: no update changes it. */
const FIXED =
  /^(partition_key|endpoint_id|part_id|thread_uuid|agent_uuid|run_uuid|prompt_uuid|flow_snippet_uuid|created_at|updated_at)$/;

const sorted: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  worldTables.map(({ table, definition }) => [
    table,
    new Set(
      Object.values(definition.indexes).map(({ range }) =>
        range.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
      ),
    ),
  ]),
);

/** One to three attributes of another row of that table. */
export function changesFrom(random: Random, table: string, other: Item): Item {
  const { range, legacyHash } = worldTable(table);
  const possible = Object.entries(other).filter(
    ([name, value]) =>
      name !== range &&
      name !== legacyHash &&
      !FIXED.test(name) &&
      // An index takes neither NULL nor the empty string.
      !(sorted.get(table)?.has(name) && (value.S ?? value.N ?? '') === ''),
  );
  const changes: Item = {};
  for (let i = random.int(1, 4); i > 0 && possible.length > 0; i--) {
    const [[name, value] = ['', undefined]] = possible.splice(random.int(0, possible.length), 1);
    if (value) changes[name] = value;
  }
  return changes;
}

export const statusOf = (table: string, random: Random): Item => ({
  status: {
    S: random.pick(
      /^(agents|flow_snippets|prompt_templates)$/.test(table)
        ? ['active', 'inactive']
        : ['initial', 'in_progress', 'completed', 'failed'],
    ),
  },
});

/** What remains of a row after an engine wrote it as it knows it. */
export function asKnown(table: string, image: Item): Item {
  const { definition, legacyHash } = worldTable(table);
  const known = new Set(
    Object.keys(definition.attributes).map((name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)),
  );
  return Object.fromEntries(
    Object.entries(image).filter(
      ([name]) => known.has(name) || name === legacyHash || name === 'partition_key',
    ),
  );
}
