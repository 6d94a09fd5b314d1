import {
  entities,
  type EntityDefinition,
  tableProperties,
  type TableNaming,
  type TableProperties,
} from '@agent-engine/entities';

/** What the migration does to a table. */
export type Move = 'rekey' | 'backfill' | 'global';

export interface WorldTable {
  /** Without prefix. */
  table: string;
  move: Move;
  definition: EntityDefinition;
  /** Stored name of the range key. */
  range: string;
  /** Stored name of the hash key before the migration. */
  legacyHash: string;
}

const moves = { partition: 'rekey', child: 'backfill', row: 'backfill', global: 'global' } as const;

export const worldTables: readonly WorldTable[] = entities.map((definition) => {
  const [hash, range] = tableProperties(definition, { tablePrefix: '', tenantTableSuffix: '' }).KeySchema;
  return {
    table: definition.table,
    move: moves[definition.scope],
    definition,
    range: range?.AttributeName ?? '',
    legacyHash: beforePartitions(hash?.AttributeName ?? ''),
  };
});

/** @throws Error for a name no entity has */
export function worldTable(table: string): WorldTable {
  const found = worldTables.find((candidate) => candidate.table === table);
  if (!found) throw new Error(`There is no table ${table}.`);
  return found;
}

/** A table as the older engine made it: `endpoint_id` wherever the partition is now, indexes included. */
export function legacyTableProperties(table: WorldTable, tablePrefix: string): TableProperties {
  const today = tableProperties(table.definition, { tablePrefix, tenantTableSuffix: '' });
  return JSON.parse(JSON.stringify(today), (_key, value: unknown) =>
    typeof value === 'string' && _key !== 'TableName' ? beforePartitions(value) : value,
  ) as TableProperties;
}

export function targetTableProperties(table: WorldTable, naming: TableNaming): TableProperties {
  return tableProperties(table.definition, naming);
}

function beforePartitions(name: string): string {
  return name.replace(/^partition_key/, 'endpoint_id');
}
