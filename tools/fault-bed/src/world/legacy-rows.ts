import type { EntityDefinition } from '@agent-engine/entities';
import { Random } from '../random.ts';
import { type Item, itemOf } from './item.ts';
import { legacyTenantMapping, legacyTenants, type WorldMapping } from './mapping.ts';
import { Draw, type Family, newFamily } from './rows/draw.ts';
import { globalRows } from './rows/global.rows.ts';
import { misfit } from './rows/misfits.ts';
import { oddity } from './rows/oddities.ts';
import { rowMakers } from './rows/row-maker.ts';
import { worldTable } from './world-tables.ts';

export interface WorldRow {
  /** Without prefix. */
  table: string;
  item: Item;
}

export interface LegacyRows {
  seed: number | string;
  /** Legacy keys; default {@link legacyTenants}. The first has about half of the rows, the next half of the rest. */
  tenants?: readonly string[];
  count: number;
  /** Only these; parents that their rows need are made in any case. Default: all. */
  tables?: readonly string[];
  /** By which the few rows that today's engine already wrote are stamped; default {@link legacyTenantMapping}. */
  mapping?: WorldMapping;
  /** Share of rows that cannot move: children of threads that are gone, examples of another tenant's agent. Default 0. */
  misfits?: number;
}

const ODD = 0.12;
const UNINDEXED = 0.03;

/**
 * Rows as years of older engines left them: `count` in all, the same ones for the same seed, parents before children,
 * in constant memory. Global rows come first and count too.
 */
export function* legacyRows(options: LegacyRows): Generator<WorldRow, void, undefined> {
  const { tenants = legacyTenants, count, tables, mapping = legacyTenantMapping, misfits = 0 } = options;
  const random = new Random(options.seed);
  const families = new Map(tenants.map((tenant) => [tenant, newFamily()]));
  const shares = Object.fromEntries(tenants.map((tenant, i) => [tenant, 2 ** -i]));
  const weights = Object.fromEntries(
    Object.entries(rowMakers).flatMap(([table, { weight }]) =>
      (tables?.includes(table) ?? true) ? [[table, weight]] : [],
    ),
  );
  const global = globalRows.filter(({ table }) => tables?.includes(table) ?? true).slice(0, count);
  yield* global;
  const tenantRows = Object.keys(weights).length > 0 ? count - global.length : 0;
  for (let i = 0; i < tenantRows; i++) {
    const tenant = random.weighted(shares);
    const family = families.get(tenant) as Family;
    const draw = new Draw(random, tenant, family);
    const unmovable = random.chance(misfits) ? misfit(draw, tenants) : undefined;
    yield unmovable ?? legacyRow(random.weighted(weights), draw, mapping);
  }
}

/** One row of a table; where it needs a parent that does not exist yet, that parent instead. */
export function legacyRow(table: string, draw: Draw, mapping: WorldMapping = legacyTenantMapping): WorldRow {
  const maker = rowMakers[table];
  if (!maker) throw new Error(`Rows of ${table} belong to no tenant.`);
  if (maker.needs && maker.needs.of(draw.family).length === 0) {
    return legacyRow(maker.needs.table, draw, mapping);
  }
  const { legacyHash, move, definition } = worldTable(table);
  const values = maker.make(draw, mapping);
  const item = itemOf(move === 'rekey' ? { [legacyHash]: draw.tenant, ...values } : values);
  if (draw.random.chance(ODD)) Object.assign(item, oddity(draw.random));
  if (draw.random.chance(UNINDEXED)) delete item[indexed(definition, draw)];
  return { table, item };
}

/** The stored name of an attribute that sorts an index: rows without it are not in that index. */
function indexed({ versioning, indexes }: EntityDefinition, draw: Draw): string {
  const { range } = draw.random.pick(
    Object.values(indexes).filter(({ range }) => range !== versioning?.family),
  );
  return range.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
