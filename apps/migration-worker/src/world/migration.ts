import {
  forwardMapper,
  type Item,
  type KeyMapping,
  keyMapping,
  reverseMapper,
  type RowMapper,
} from '@agent-engine/migration-core';
import type { Logger } from '@agent-engine/observability';
import { AuditLog } from '../audit/audit-log.ts';
import type { MigrationConfig } from '../config/migration-config.ts';
import type { DirectionName } from '../control/control-record.ts';
import { type ControlTable, controlTable } from '../control/control-table.ts';
import { createIdentity, type WorkerIdentity } from '../control/worker-identity.ts';
import { type Database, openDatabase } from '../database/clients.ts';
import { Patience } from '../database/patience.ts';
import { legacyKeys } from '../plan/legacy-keys.ts';
import { type MovingTable, selectTables, type TableSide } from './moving-table.ts';

/** What one process knows of a migration. Everything that must outlive it is in the control table. */
export interface Migration {
  readonly config: MigrationConfig;
  readonly tables: readonly MovingTable[];
  readonly mapping: KeyMapping;
  readonly source: Database;
  readonly target: Database;
  readonly control: ControlTable;
  readonly identity: WorkerIdentity;
  readonly audit: AuditLog;
  readonly logger: Logger;
  readonly patience: Patience;
  /** Legacy keys under which there are threads or agents; read when first needed. */
  legacyKeys(): Promise<readonly string[]>;
  close(): void;
}

export function openMigration(config: MigrationConfig, logger: Logger): Migration {
  const patience = new Patience();
  const source = openDatabase(config.source, patience);
  // Without an endpoint of its own the target is where the source is.
  const target = openDatabase({ ...config.source, ...definedOf(config.target) }, patience);
  const control = controlTable(target.client, config.target.tablePrefix, config.id);
  return {
    config,
    tables: selectTables(config),
    mapping: keyMapping(config.mapping),
    source,
    target,
    control,
    identity: createIdentity(),
    audit: new AuditLog(control, config.audit),
    logger,
    patience,
    legacyKeys: once(async () => {
      const owners = ['threads', 'agents'].map((table) => `${config.source.tablePrefix}${table}`);
      const found = await Promise.all(owners.map((name) => legacyKeys(source.client, name)));
      return [...new Set(found.flatMap((keys) => [...keys.keys()]))];
    }),
    close: () => {
      source.close();
      target.close();
    },
  };
}

/** Rows of one table on their way from one side to the other. */
export interface TableFlow {
  readonly table: string;
  readonly direction: DirectionName;
  readonly from: TableSide & { readonly database: Database };
  readonly to: TableSide & { readonly database: Database };
  readonly mapper: RowMapper;
  /** Why carrying a row this way would lose something of it; on the way back only. */
  readonly lossReason?: (row: Item) => string | undefined;
}

export function flowOf(migration: Migration, moving: MovingTable, direction: DirectionName): TableFlow {
  const source = { ...moving.source, database: migration.source };
  const target = { ...moving.target, database: migration.target };
  const [from, to] = direction === 'forward' ? [source, target] : [target, source];
  const shapes = { from: from.shape, to: to.shape, mapping: migration.mapping };
  const base = { table: moving.table, direction, from, to };
  if (direction === 'forward') return { ...base, mapper: forwardMapper(shapes) };
  const mapper = reverseMapper(shapes);
  return { ...base, mapper, lossReason: (row) => mapper.lossReason(row) };
}

export function movingTable({ tables }: Migration, name: string): MovingTable {
  const found = tables.find(({ table }) => table === name);
  if (!found) throw new Error(`The configuration does not name the table ${name} (any more).`);
  return found;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

const definedOf = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, content]) => content !== undefined)) as Partial<T>;
