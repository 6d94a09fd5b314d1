import { DescribeTableCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { scanUnits } from '@agent-engine/migration-core';
import { pagesOf } from '../copy/scan-pages.ts';
import { patiently } from '../database/call.ts';
import { LONG_READ } from '../database/clients.ts';
import { MigrationError } from '../migration-error.ts';
import type { Migration } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { cost, type Estimate, NOTHING, secondsFor, sum, sumUnits, type Units } from './estimate.ts';
import { sampleInPlace } from './sample-in-place.ts';
import { surveyTable } from './survey-table.ts';

export interface PlannedTable extends Estimate {
  table: string;
  kind: MovingTable['kind'];
  rows: number;
  bytes: number;
}

export interface Plan {
  tables: PlannedTable[];
  total: Estimate & { cost: number };
  /** Distinct legacy keys of the tables that are re-keyed, and those that have no partition, with the reason. */
  mapping: { keys: number; unmapped: { key: string; rows: number; reason: string }[] };
}

/**
 * What a migration would move and take: looking at all rows beforehand, copying them, and comparing both sides once. What live writers add comes on
 * top, twice the units of each write. Reads only. @throws MigrationError naming a source table that does not exist
 */
export async function plan(migration: Migration): Promise<Plan> {
  const tables: PlannedTable[] = [];
  const keys = new Map<string, number>();
  for (const moving of migration.tables) tables.push(await planTable(migration, moving, keys));
  const total = tables.reduce<Estimate>(sum, NOTHING);
  return {
    tables,
    total: { ...total, cost: cost(total) },
    mapping: { keys: keys.size, unmapped: unmapped(keys, migration) },
  };
}

async function planTable(
  migration: Migration,
  moving: MovingTable,
  keys: Map<string, number>,
): Promise<PlannedTable> {
  const { table, kind } = moving;
  const known = await sizeOf(migration, moving);
  if (kind === 'global') return { table, kind, ...known, ...NOTHING };
  const { capacity, verify } = migration.config;
  if (kind === 'backfill') {
    const units = await sampleInPlace(migration, moving);
    const reading = { writeUnits: 0, readUnits: units.read * known.rows };
    const stamping = { ...reading, writeUnits: units.write * known.rows };
    return { table, kind, ...known, ...estimateOf([stamping, ...(verify.full ? [reading] : [])]) };
  }
  const survey = await surveyTable(migration, moving);
  for (const [key, count] of survey.keys) keys.set(key, (keys.get(key) ?? 0) + count);
  const { rows, bytes, writeUnits } = survey.sums;
  const scan = (side: 'source' | 'target') => ({
    writeUnits: 0,
    readUnits: scanUnits(bytes[side], pagesOf({ rows, bytes: bytes[side] }, survey.segments)),
  });
  const copying = { ...scan('source'), writeUnits };
  const phases = [
    scan('source'),
    copying,
    ...(verify.full ? [sumUnits(scan('source'), scan('target'))] : []),
  ];
  // Counted just now; what the table itself says is up to six hours old.
  return { table, kind, rows, bytes: bytes.source, ...estimateOf(phases, survey.hottestKeyUnits) };

  function estimateOf(phases: readonly Units[], hottestKey?: number): Estimate {
    const units = phases.reduce(sumUnits);
    return {
      writeUnits: Math.ceil(units.writeUnits),
      readUnits: Math.ceil(units.readUnits),
      seconds: secondsFor(phases, capacity, hottestKey),
    };
  }
}

function unmapped(keys: ReadonlyMap<string, number>, { mapping }: Migration) {
  return [...keys].flatMap(([key, rows]) => {
    const mapped = mapping(key);
    return 'refused' in mapped ? [{ key, rows, reason: mapped.refused }] : [];
  });
}

async function sizeOf({ source }: Migration, moving: MovingTable): Promise<{ rows: number; bytes: number }> {
  const { name } = moving.source;
  try {
    const { Table } = await patiently(() =>
      source.client.send(new DescribeTableCommand({ TableName: name }), LONG_READ),
    );
    return { rows: Table?.ItemCount ?? 0, bytes: Table?.TableSizeBytes ?? 0 };
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new MigrationError(
      'other',
      `The source table ${name} does not exist. Check source.tablePrefix, or name the tables to move.`,
      error,
    );
  }
}
