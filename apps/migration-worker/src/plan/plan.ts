import {
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { keyMapping } from '@agent-engine/migration-core';
import type { MigrationConfig } from '../config/migration-config.ts';
import { cost, type Estimate, estimate, NOTHING, sum } from './estimate.ts';
import { legacyKeys } from './legacy-keys.ts';
import { type MovingTable, selectTables } from '../world/moving-table.ts';

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

/** What a migration would move and take. Reads only. @throws Error naming a source table that does not exist */
export async function plan(client: DynamoDBClient, config: MigrationConfig): Promise<Plan> {
  const tables: PlannedTable[] = [];
  const keys = new Map<string, number>();
  for (const moving of selectTables(config)) {
    const name = `${config.source.tablePrefix}${moving.table}`;
    const description = await describe(client, name);
    let rows = description.ItemCount ?? 0;
    if (moving.kind === 'rekey') {
      const found = await legacyKeys(client, name);
      for (const [key, count] of found) keys.set(key, (keys.get(key) ?? 0) + count);
      // Counted just now; what the table itself says is up to six hours old.
      rows = [...found.values()].reduce((total, count) => total + count, 0);
    }
    const bytes = description.TableSizeBytes ?? 0;
    const indexes = Object.keys(moving.definition.indexes).length;
    const moves = moving.kind === 'global' ? NOTHING : estimate({ rows, bytes, indexes }, config.capacity);
    tables.push({ table: moving.table, kind: moving.kind, rows, bytes, ...moves });
  }
  const total = tables.reduce<Estimate>(sum, NOTHING);
  return {
    tables,
    total: { ...total, cost: cost(total) },
    mapping: { keys: keys.size, unmapped: unmapped(keys, config) },
  };
}

function unmapped(keys: ReadonlyMap<string, number>, { mapping }: MigrationConfig) {
  const map = keyMapping(mapping);
  return [...keys].flatMap(([key, rows]) => {
    const mapped = map(key);
    return 'refused' in mapped ? [{ key, rows, reason: mapped.refused }] : [];
  });
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    return Table ?? {};
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new Error(
      `The source table ${name} does not exist. Check source.tablePrefix, or name the tables to move.`,
      { cause: error },
    );
  }
}
