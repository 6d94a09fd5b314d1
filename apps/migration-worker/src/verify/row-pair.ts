import { canonicalItem, type Item, isTombstone, liveRow, sameRow } from '@agent-engine/migration-core';
import type { DirectionName } from '../control/control-record.ts';
import { flowOf, type Migration, type TableFlow } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { readRows } from './row-access.ts';

/** A row on both sides: where it comes from, and where it has to be. */
export interface RowPair {
  /** Key on the side the truth is on; absent for a row that can have none there. */
  from: Item | undefined;
  /** Key on the side that is checked. */
  to: Item;
}

export type DifferenceKind = 'missing' | 'extra' | 'different';

export interface Difference {
  table: string;
  /** Of the row that is checked. */
  key: Item;
  kind: DifferenceKind;
  detail: string;
}

export interface Comparison {
  pair: RowPair;
  truth: Item | undefined;
  checked: Item | undefined;
  /** What it should be. */
  wanted: Item | undefined;
  difference?: { kind: DifferenceKind; detail: string };
}

/** Where a row of the checked side is on the other one; undefined for a row that can be nowhere there. */
export function keyOnOtherSide(
  migration: Migration,
  moving: MovingTable,
  direction: DirectionName,
  row: Item,
): Item | undefined {
  const back = flowOf(migration, moving, direction === 'forward' ? 'reverse' : 'forward');
  const mapped = back.mapper.keyOf(row);
  return 'key' in mapped ? mapped.key : undefined;
}

/** Reads both sides of rows, strongly consistent, and compares. */
export async function comparePairs(flow: TableFlow, pairs: readonly RowPair[]): Promise<Comparison[]> {
  // The checked side first: what is written meanwhile then shows as "behind", never as "too much".
  const checked = await readRows(
    flow.to,
    pairs.map(({ to }) => to),
  );
  const truth = await readRows(
    flow.from,
    pairs.flatMap(({ from }) => (from ? [from] : [])),
  );
  return pairs.map((pair) =>
    compareRow(
      flow,
      pair,
      pair.from && truth.get(canonicalItem(pair.from)),
      checked.get(canonicalItem(pair.to)),
    ),
  );
}

function compareRow(
  flow: TableFlow,
  pair: RowPair,
  truth: Item | undefined,
  checked: Item | undefined,
): Comparison {
  const live = liveRow(truth);
  const mapped = live && flow.mapper.map(live);
  const here = mapped && 'item' in mapped && canonicalItem(mapped.key) === canonicalItem(pair.to);
  const wanted = here ? mapped.item : undefined;
  const base: Comparison = { pair, truth, checked, wanted };
  // A row that has no place over there is in quarantine, and counted there.
  if (mapped && 'refused' in mapped) return base;
  // As is a row that going back would lose: whether to, is asked before a rollback.
  if (live && flow.lossReason?.(live) !== undefined) return base;
  if (sameRow(wanted, checked)) return base;
  if (!wanted) return { ...base, difference: { kind: 'extra', detail: 'no such row on the other side' } };
  if (!checked || isTombstone(checked))
    return {
      ...base,
      difference: { kind: 'missing', detail: checked ? 'only a tombstone is there' : 'the row is not there' },
    };
  return { ...base, difference: { kind: 'different', detail: attributesThatDiffer(wanted, checked) } };
}

const MAX_NAMED = 10;

/** Names and types, never values: what is stored is the tenants'. */
export function attributesThatDiffer(wanted: Item, found: Item): string {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])]
    .filter((name) => !name.startsWith('_mig_'))
    .sort();
  const told = names.flatMap((name) => {
    const [a, b] = [wanted[name], found[name]];
    if (a && !b) return [`${name} is absent`];
    if (!a && b) return [`${name} is too much`];
    if (!a || !b || canonicalItem({ v: a }) === canonicalItem({ v: b })) return [];
    const [typeA, typeB] = [Object.keys(a)[0], Object.keys(b)[0]];
    return [typeA === typeB ? `${name} has another value` : `${name} is ${typeB} instead of ${typeA}`];
  });
  const more = told.length - MAX_NAMED;
  return [...told.slice(0, MAX_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
