import type { WorldMapping } from '../world/mapping.ts';
import type { WorldRow } from '../world/legacy-rows.ts';
import { worldTable } from '../world/world-tables.ts';
import { BackfillOracle } from './backfill-oracle.ts';
import { logicalRow } from './logical-row.ts';
import { readWorld, type WorldPlace } from './read-world.ts';

export interface WorldDifference {
  table: string;
  id: string;
  /** `stamp`: a row whose partition attributes are not what they have to be. */
  kind: 'missing' | 'extra' | 'different' | 'stamp';
  detail: string;
}

export interface WorldComparison {
  differences: WorldDifference[];
  /** Rows on both sides and the same. */
  equal: number;
  /** Rows that cannot move, by their id: a correct migration has them in quarantine. */
  unmovable: string[];
}

export interface Worlds {
  source: Omit<WorldPlace, 'side'>;
  target: Omit<WorldPlace, 'side'>;
  mapping: WorldMapping;
  /** Without prefix; default all. */
  tables?: readonly string[];
}

/**
 * Every row of both sides against every row of the other, in memory and at rest; marks and tombstones of the migration
 * do not count. Copied tables must be equal; rows that stay must be stamped with the partition they belong to.
 */
export async function compareWorlds({ source, target, mapping, tables }: Worlds): Promise<WorldComparison> {
  const result: WorldComparison = { differences: [], equal: 0, unmovable: [] };
  const backfill = new BackfillOracle(mapping);
  const expected = new Map<string, { table: string; content: string }>();
  for await (const { table, item } of readWorld({ tables, ...source, side: 'source' })) {
    const row = logicalRow('source', table, item, mapping);
    if (worldTable(table).move === 'global' || !row) continue;
    if (worldTable(table).move === 'backfill') {
      backfill.add({ table, item }, row.id);
      continue;
    }
    backfill.addOwner(table, item, item.endpoint_id?.S ?? '');
    if (row.mapped) expected.set(row.id, { table, content: row.content });
    else result.unmovable.push(row.id);
  }
  for await (const found of readWorld({ tables, ...target, side: 'target' })) {
    if (worldTable(found.table).move === 'rekey') compareRow(found, expected, mapping, result);
  }
  for (const [id, { table, content }] of expected) {
    result.differences.push({ table, id, kind: 'missing', detail: content });
  }
  backfill.judge(result);
  return result;
}

function compareRow(
  { table, item }: WorldRow,
  expected: Map<string, { table: string; content: string }>,
  mapping: WorldMapping,
  result: WorldComparison,
): void {
  const row = logicalRow('target', table, item, mapping);
  if (!row) return;
  const there = expected.get(row.id);
  expected.delete(row.id);
  const [hash, endpoint, part] = [item.partition_key?.S, item.endpoint_id?.S, item.part_id?.S];
  if (hash !== `${endpoint}#${part}`) {
    result.differences.push({
      table,
      id: row.id,
      kind: 'stamp',
      detail: `${hash} has ${endpoint} and ${part}`,
    });
  }
  if (!there) result.differences.push({ table, id: row.id, kind: 'extra', detail: row.content });
  else if (there.content === row.content) result.equal++;
  else {
    const detail = `is ${row.content}, should be ${there.content}`;
    result.differences.push({ table, id: row.id, kind: 'different', detail });
  }
}

/** For messages of tests: which kinds of differences, and how many of each. */
export function differenceCounts({ differences }: WorldComparison): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { table, kind } of differences)
    counts[`${table} ${kind}`] = (counts[`${table} ${kind}`] ?? 0) + 1;
  return counts;
}
