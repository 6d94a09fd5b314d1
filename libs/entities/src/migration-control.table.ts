import type { TableNaming, TableProperties } from './table.ts';

/**
 * Where migrations keep what they know, one item collection per migration: state, units of work, route, instances.
 * Not an entity: it belongs to no tenant, and exists only where a migration is run.
 */
export function migrationControlTable({ tablePrefix }: Pick<TableNaming, 'tablePrefix'>): TableProperties {
  return {
    TableName: `${tablePrefix}migration_control`,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'migration_id', AttributeType: 'S' },
      { AttributeName: 'item', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'migration_id', KeyType: 'HASH' },
      { AttributeName: 'item', KeyType: 'RANGE' },
    ],
  };
}
