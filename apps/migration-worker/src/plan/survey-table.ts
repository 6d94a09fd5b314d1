import { type Item, marks, RowSums } from '@agent-engine/migration-core';
import { describeTable } from '../arm/table-stream.ts';
import { scanTable } from '../copy/scan-pages.ts';
import { Governor } from '../run/governor.ts';
import { segmentsFor } from '../run/segments.ts';
import { flowOf, type Migration } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { keyOfRow } from '../world/row-key.ts';

const EXAMPLES = 3;

export interface Misfit {
  reason: string;
  rows: number;
  examples: Item[];
}

/** What a table holds, from one pass over it, in memory that does not grow with it. */
export interface Survey {
  sums: RowSums;
  /** It was read in. */
  segments: number;
  /** Legacy key → rows. */
  keys: Map<string, number>;
  /** Write units of the legacy key with the most: one key takes 1,000 a second at most. */
  hottestKeyUnits: number;
  misfits: Map<string, Misfit>;
  /** Some row carries what a migration writes into rows. */
  marked: boolean;
}

const stampsLike = (key: string): Item => ({ partition_key: { S: `${key}#${key}` }, part_id: { S: key } });

/** Reads a re-keyed table once, no faster than the migration may. Changes nothing. */
export async function surveyTable(migration: Migration, moving: MovingTable): Promise<Survey> {
  const flow = flowOf(migration, moving, 'forward');
  const { client } = flow.from.database;
  const { TableSizeBytes: bytes = 0 } = await describeTable(flow.from.database, flow.from.name);
  const segments = segmentsFor(migration, bytes);
  const survey: Survey = {
    sums: new RowSums(),
    segments,
    keys: new Map(),
    hottestKeyUnits: 0,
    misfits: new Map(),
    marked: false,
  };
  const units = new Map<string, number>();
  const governor = new Governor(migration.config.capacity);
  await scanTable({ client, tableName: flow.from.name, segments, governor }, (rows) => rows.forEach(note));
  for (const written of units.values()) survey.hottestKeyUnits = Math.max(survey.hottestKeyUnits, written);
  return survey;

  function note(row: Item): void {
    const key = row[flow.from.shape.hash]?.S ?? '';
    survey.keys.set(key, (survey.keys.get(key) ?? 0) + 1);
    if (row[marks.version] ?? row[marks.deleted]) survey.marked = true;
    const mapped = flow.mapper.map(row);
    // Nothing moves before all rows can: those that cannot yet cost as if their key had been listed.
    const target = 'item' in mapped ? mapped.item : { ...row, ...stampsLike(key) };
    const written = survey.sums.add(flow.to.shape, { source: row, target });
    units.set(key, (units.get(key) ?? 0) + written);
    if ('refused' in mapped) misfit(mapped.refused, key, row);
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
