import { hash } from 'node:crypto';
import type { MigrationConfig } from '../config/migration-config.ts';

/** Of what may not change while a migration is under way: where rows come from, where they go, and how keys map. */
export function configHash({ source, target, tables, mapping }: MigrationConfig): string {
  const partitions = Object.entries(mapping.partitions).sort(([a], [b]) => (a < b ? -1 : 1));
  const fixed = [
    source.tablePrefix,
    target.tablePrefix,
    target.tenantTableSuffix,
    tables,
    mapping.default,
    partitions,
  ];
  return hash('sha256', JSON.stringify(fixed), 'hex').slice(0, 16);
}
