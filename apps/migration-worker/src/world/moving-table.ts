import { entities, type EntityDefinition, storedName, tableProperties } from '@agent-engine/entities';
import type { TableShape } from '@agent-engine/migration-core';
import type { MigrationConfig } from '../config/migration-config.ts';
import { MigrationError } from '../migration-error.ts';

/**
 * What the migration does to a table: `rekey` copies it under a new hash key, `backfill` adds attributes in place,
 * `global` tables belong to no tenant and stay as they are.
 */
export type MoveKind = 'rekey' | 'backfill' | 'global';

/** Hash key of tenant tables before partitions, and the tenant of rows in tables keyed otherwise. */
export const LEGACY_HASH = 'endpoint_id';

export interface TableSide {
  /** As DynamoDB knows it. */
  readonly name: string;
  readonly shape: TableShape;
}

export interface MovingTable {
  /** Without prefix. */
  readonly table: string;
  readonly kind: MoveKind;
  readonly definition: EntityDefinition;
  readonly source: TableSide;
  /** The same as the source where rows stay in place. */
  readonly target: TableSide;
}

const kinds: Record<EntityDefinition['scope'], MoveKind> = {
  partition: 'rekey',
  child: 'backfill',
  row: 'backfill',
  global: 'global',
};

export function movingTables({ source, target }: Pick<MigrationConfig, 'source' | 'target'>): MovingTable[] {
  return entities.map((definition) => {
    const kind = kinds[definition.scope];
    const from: TableSide = {
      name: `${source.tablePrefix}${definition.table}`,
      shape: shapeOf(definition, kind === 'rekey' ? LEGACY_HASH : undefined),
    };
    const to: TableSide =
      kind === 'rekey'
        ? {
            name: `${target.tablePrefix}${definition.table}${target.tenantTableSuffix}`,
            shape: shapeOf(definition),
          }
        : from;
    return { table: definition.table, kind, definition, source: from, target: to };
  });
}

/** @throws MigrationError naming a table the engine does not have */
export function selectTables(config: Pick<MigrationConfig, 'source' | 'target' | 'tables'>): MovingTable[] {
  const all = movingTables(config);
  if (config.tables === 'all') return all;
  return config.tables.map((name) => {
    const found = all.find(({ table }) => table === name);
    if (!found)
      throw new MigrationError(
        'usage',
        `There is no table ${name}. Tables: ${all.map(({ table }) => table).join(', ')}.`,
      );
    return found;
  });
}

function shapeOf(definition: EntityDefinition, legacyHash?: string): TableShape {
  const properties = tableProperties(definition, { tablePrefix: '', tenantTableSuffix: '' });
  const types = new Map(
    properties.AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
  );
  const hash = legacyHash ?? storedName(definition.key.hash);
  const range = storedName(definition.key.range);
  return {
    table: definition.table,
    hash,
    range,
    rangeType: types.get(range) ?? 'S',
    indexes: Object.values(definition.indexes).map((index) => {
      const indexRange = storedName(index.range);
      return {
        name: index.name,
        kind: index.kind,
        hash: index.hash === undefined ? hash : storedName(index.hash),
        range: indexRange,
        rangeType: types.get(indexRange) ?? 'S',
      };
    }),
  };
}
