import type { Random } from '../random.ts';
import type { Item } from '../world/item.ts';
import { legacyRow } from '../world/legacy-rows.ts';
import { clock, Draw, type Family, newFamily } from '../world/rows/draw.ts';
import { worldTable } from '../world/world-tables.ts';
import { PARENTS } from './adopt-rows.ts';
import type { KnownRow } from './known-rows.ts';
import type { RowWrite } from './row-write.ts';
import { asKnown, changesFrom, statusOf } from './writer-ops.ts';
import type { WriterSide } from './writer-side.ts';

/** The writes that engines make of rows. */
export class RowChanges {
  private readonly at: WriterSide;
  private readonly random: Random;
  private readonly families: ReadonlyMap<string, Family>;

  constructor(at: WriterSide, random: Random, families: ReadonlyMap<string, Family>) {
    this.at = at;
    this.random = random;
    this.families = families;
  }

  /** A row that was never there. Undefined: its tenant has no place on this side. */
  newRow(wanted: string): { table: string; tenant: string; image: Item; parent: boolean } | undefined {
    const [tenant, family] = this.random.pick([...this.families]);
    // Of rows that others refer to some are made for deletion: nobody hears of them.
    const doomed = PARENTS.has(wanted) && this.random.chance(0.4);
    const draw = new Draw(this.random, tenant, doomed ? structuredClone(family) : family);
    const { table, item } = legacyRow(wanted, draw, this.at.mapping);
    const image = this.at.shaped(table, { ...item, ...this.clocks(table, true) }, tenant);
    return image && { table, tenant, image, parent: PARENTS.has(table) && !doomed };
  }

  insert(row: KnownRow, op = 'insert', image = row.image): RowWrite {
    const create = this.at.side === 'target' && worldTable(row.table).move === 'rekey';
    return { ...this.write(row, op, image), create };
  }

  update(row: KnownRow, op: string): RowWrite {
    const family = structuredClone(this.families.get(row.tenant) ?? newFamily());
    const other = legacyRow(row.table, new Draw(this.random, row.tenant, family), this.at.mapping);
    const from = other.table === row.table ? other.item : {};
    const changes = {
      ...changesFrom(this.random, row.table, from),
      ...this.clocks(row.table),
      ...(op === 'flip' && statusOf(row.table, this.random)),
    };
    return { ...this.write(row, op, { ...row.image, ...changes }), changes };
  }

  /** The whole row as an engine knows it: what it does not know is lost. */
  save(row: KnownRow): RowWrite {
    return this.write(row, 'save', { ...asKnown(row.table, row.image ?? {}), ...this.clocks(row.table) });
  }

  remove(row: KnownRow, op = 'delete'): RowWrite {
    return this.write(row, op, null);
  }

  /** What is written under the same key after the row is deleted. */
  again(row: KnownRow): Item {
    return { ...asKnown(row.table, row.image ?? {}), ...this.clocks(row.table, true) };
  }

  private write(row: KnownRow, op: string, image: Item | null): RowWrite {
    const key = this.at.keyOf(row.table, image ?? row.image ?? {});
    return { op, tableName: this.at.tableName(row.table), key, image };
  }

  private clocks(table: string, anew = false): Item {
    const at = { S: clock(Date.now(), this.random.int(0, 1000)) };
    if (table === 'threads') return { created_at: at };
    return { updated_at: at, ...(anew && table !== 'fine_tuning_messages' && { created_at: at }) };
  }
}
