import { hashOf, type Random } from '../random.ts';
import type { Item } from '../world/item.ts';

export interface KnownRow {
  table: string;
  id: string;
  tenant: string;
  /** As it is stored, apart from what the migration notes in it. Null: deleted. */
  image: Item | null;
  /** Others refer to it, so it is never deleted. */
  parent: boolean;
}

/** The rows a writer may change: all its own, and none that another writer has. One write to each at a time. */
export class KnownRows {
  private readonly byTable = new Map<string, KnownRow[]>();
  private readonly ids = new Set<string>();
  private readonly busy = new Set<string>();
  private readonly writer: number;
  private readonly writers: number;

  constructor(writer: number, writers: number) {
    this.writer = writer;
    this.writers = writers;
  }

  /** Every row belongs to exactly one writer, the same one in every process and on both sides. */
  owns(rowId: string): boolean {
    return hashOf(rowId) % this.writers === this.writer;
  }

  add(row: KnownRow): void {
    if (this.ids.has(row.id)) return;
    this.ids.add(row.id);
    const list = this.byTable.get(row.table) ?? [];
    list.push(row);
    // Taken or not: a row that is written to is known to whoever took it.
    if (list.length > KEPT) list.shift();
    this.byTable.set(row.table, list);
  }

  /** A row nobody is writing to, taken for the caller alone until {@link release}. */
  take(random: Random, table: string, fits: (row: KnownRow) => boolean): KnownRow | undefined {
    const free = (this.byTable.get(table) ?? []).filter((row) => !this.busy.has(row.id) && fits(row));
    if (free.length === 0) return undefined;
    const row = random.pick(free);
    this.busy.add(row.id);
    return row;
  }

  hold(row: KnownRow): void {
    this.busy.add(row.id);
  }

  release(row: KnownRow): void {
    this.busy.delete(row.id);
  }
}

/** Rows per table that are written to; older ones are left alone. */
const KEPT = 400;
