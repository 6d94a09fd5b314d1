import { canonicalItem } from '../canonical-value.ts';
import type { ChangeEvent } from '../change-event.ts';
import { coalesce } from '../coalesce.ts';
import { forwardMapper } from '../forward.mapper.ts';
import { type Item, keyAttributes, type TableShape } from '../item.ts';
import type { KeyMapping } from '../key-mapping.ts';
import { isTombstone, versionOf } from '../marks.ts';
import { accepts } from '../register.ts';
import { reverseMapper } from '../reverse.mapper.ts';
import type { RowMapper } from '../row-mapper.ts';
import { equals, put, remove, type Target } from './target.fixture.ts';

/** What an application does to a row of the side that is open. */
export type Write =
  | { do: 'put'; row: Item }
  /** Keeps what it does not name: also the migration's marks. */
  | { do: 'update'; key: Item; set: Item }
  | { do: 'delete'; key: Item }
  /** Puts a row as it was some writes ago, marks and all. */
  | { do: 'restore'; key: Item; back: number };

/** A table with its stream. */
class Side {
  readonly stream: ChangeEvent[] = [];
  rows: Target = new Map();
  readonly shape: TableShape;

  constructor(shape: TableShape) {
    this.shape = shape;
  }

  write(key: Item, current: Item | undefined): void {
    const old = this.rows.get(canonicalItem(key));
    this.rows = current ? put(this.rows, key, current) : remove(this.rows, key);
    // A write that changes nothing has no record.
    if (old === current || (old && current && canonicalItem(old) === canonicalItem(current))) return;
    const sequenceNumber = `1${String(this.stream.length).padStart(20, '0')}`;
    this.stream.push({ sequenceNumber, old, new: current });
  }

  apply(write: Write): void {
    if (write.do === 'put') return this.write(keyAttributes(this.shape, write.row), write.row);
    const present = this.rows.get(canonicalItem(write.key));
    if (write.do === 'delete') return this.write(write.key, undefined);
    if (write.do === 'update') return this.write(write.key, { ...(present ?? write.key), ...write.set });
    const images = this.stream.map((event) => event.new).filter((image) => image !== undefined);
    const before = images.filter(
      (image) => canonicalItem(keyAttributes(this.shape, image)) === canonicalItem(write.key),
    );
    const image = before.at(-1 - write.back);
    // A copy whose marks are newer than the row's cannot be told from a write of the migration.
    const marked = image && versionOf(image);
    const passesForOurs = marked !== undefined && marked >= ((present && versionOf(present)) ?? '');
    if (image && !isTombstone(image) && !passesForOurs) this.write(write.key, image);
  }
}

/**
 * A migration that switches sides again and again. The tail of each direction reads its side's stream from where the
 * other direction began, so that it meets all that the migration itself has written there.
 */
export class TwoSides {
  readonly legacy: Side;
  readonly tenant: Side;
  private readonly forward: RowMapper;
  private readonly reverse: RowMapper;
  private epoch = 1;
  private open: Side;
  private from = 0;
  private readonly isEchoFiltered: boolean;

  constructor(
    legacy: TableShape,
    tenant: TableShape,
    mapping: KeyMapping,
    rows: readonly Item[],
    filtered = true,
  ) {
    this.legacy = new Side(legacy);
    this.tenant = new Side(tenant);
    this.forward = forwardMapper({ from: legacy, to: tenant, mapping });
    this.reverse = reverseMapper({ from: tenant, to: legacy, mapping });
    this.isEchoFiltered = filtered;
    this.open = this.legacy;
    for (const row of rows) {
      this.legacy.rows = put(this.legacy.rows, keyAttributes(legacy, row), row);
      const mapped = this.forward.map(row);
      if ('item' in mapped) this.tenant.rows = put(this.tenant.rows, mapped.key, mapped.item);
    }
  }

  write(write: Write): void {
    this.open.apply(write);
  }

  /** Brings the closed side up to date, collects its tombstones, and opens it. */
  switch(): void {
    const closed = this.open === this.legacy ? this.tenant : this.legacy;
    const mapper = this.open === this.legacy ? this.forward : this.reverse;
    const began = closed.stream.length;
    const events = this.open.stream
      .slice(this.from)
      .map((event) => (this.isEchoFiltered ? event : unmarked(event)));
    for (let at = 0; at < events.length; at += 3)
      for (const write of coalesce(events.slice(at, at + 3), mapper, this.epoch).writes)
        if (accepts(closed.rows.get(canonicalItem(write.key)), write.version))
          closed.write(write.key, write.item);
    for (const item of closed.rows.values())
      if (isTombstone(item)) closed.write(keyAttributes(closed.shape, item), undefined);
    this.from = began;
    this.epoch++;
    this.open = closed;
  }

  /** Each side holds what the other maps to. */
  get isRight(): boolean {
    const [legacy, tenant] = [[...this.legacy.rows.values()], [...this.tenant.rows.values()]];
    return equals(this.tenant.rows, legacy, this.forward) && equals(this.legacy.rows, tenant, this.reverse);
  }
}

/** As if no write could be told from the application's. */
function unmarked({ old, new: current, ...rest }: ChangeEvent): ChangeEvent {
  const without = (image: Item | undefined) => {
    if (!image) return undefined;
    const { _mig_tok: _, ...others } = image;
    return others;
  };
  return { ...rest, old: without(old), new: without(current) };
}
