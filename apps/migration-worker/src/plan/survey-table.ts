import { type Item, itemBytes, type TableSample, writeUnits } from '@agent-engine/migration-core';
import { scanPages } from '../copy/scan-pages.ts';
import { flowOf, type Migration } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { keyOfRow } from '../world/row-key.ts';

const SEGMENTS = 4;
/** Rows whose sizes stand for all: at first each, then one in ever more. */
const SAMPLES = 2_000;
const EXAMPLES = 3;

export interface Misfit {
  reason: string;
  rows: number;
  examples: Item[];
}

/** What a table holds, from one pass over it, in memory that does not grow with it. */
export interface Survey {
  rows: number;
  bytes: number;
  sample: TableSample;
  /** Legacy key → rows. */
  keys: Map<string, number>;
  /** Write units of the legacy key with the most: one key takes 1,000 a second at most. */
  hottestKeyUnits: number;
  misfits: Map<string, Misfit>;
}

/** Reads a re-keyed table once. Changes nothing. */
export async function surveyTable(migration: Migration, moving: MovingTable): Promise<Survey> {
  const flow = flowOf(migration, moving, 'forward');
  const survey: Survey = {
    rows: 0,
    bytes: 0,
    sample: { rows: 0, sampled: [] },
    keys: new Map(),
    hottestKeyUnits: 0,
    misfits: new Map(),
  };
  const sampled: { source: Item; target: Item }[] = [];
  const units = new Map<string, number>();
  let every = 1;
  await Promise.all(
    Array.from({ length: SEGMENTS }, async (_, segment) => {
      const options = {
        client: flow.from.database.client,
        tableName: flow.from.name,
        segment,
        segments: SEGMENTS,
      };
      for await (const { items } of scanPages(options)) for (const row of items) note(row);
    }),
  );
  return {
    ...survey,
    sample: { rows: survey.rows, sampled },
    hottestKeyUnits: Math.max(0, ...units.values()),
  };

  function note(row: Item): void {
    const key = row[flow.from.shape.hash]?.S ?? '';
    survey.rows += 1;
    survey.bytes += itemBytes(row);
    survey.keys.set(key, (survey.keys.get(key) ?? 0) + 1);
    const mapped = flow.mapper.map(row);
    if ('refused' in mapped) {
      misfit(mapped.refused, key, row);
      return;
    }
    if (survey.rows % every !== 0) return;
    sampled.push({ source: row, target: mapped.item });
    units.set(key, (units.get(key) ?? 0) + every * writeUnits(flow.to.shape, mapped.item));
    if (sampled.length < SAMPLES) return;
    // Twice as many rows for each sample from here on; half of those so far stand for theirs.
    for (let index = sampled.length - 1; index >= 0; index -= 2) sampled.splice(index, 1);
    every *= 2;
  }

  function misfit(reason: string, key: string, row: Item): void {
    // A key that is not mapped is one matter, however many rows it has.
    if ('refused' in migration.mapping(key)) return;
    const known = survey.misfits.get(reason) ?? { reason, rows: 0, examples: [] };
    known.rows += 1;
    if (known.examples.length < EXAMPLES) known.examples.push(keyOfRow(row, flow.from.shape));
    survey.misfits.set(reason, known);
  }
}
