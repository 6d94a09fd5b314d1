import { setTimeout as delay } from 'node:timers/promises';
import { canonicalItem, type Item } from '@agent-engine/migration-core';
import type { Migration, TableFlow } from '../world/migration.ts';
import { isExcused } from './excused.ts';
import { comparePairs, type Comparison, type Difference, type RowPair } from './row-pair.ts';
import { untilTailsPass } from './probe.ts';

export interface Confirmed extends Difference {
  comparison: Comparison;
}

const ROUNDS = 3;
/** Looks at a row that changes from each to the next. */
const MOVES = 10;
const PAUSE_MS = 150;
const PORTION = 1_000;

/**
 * Keeps what is really different. A row counts only if it differs in several looks, with all tails passing in
 * between, and without the truth having changed from one look to the next: what moves is looked at again. What never
 * rests does not count: its stream goes on telling of it, and it is compared once more when writers have stopped.
 */
export async function confirmDifferences(
  migration: Migration,
  flow: TableFlow,
  pairs: readonly RowPair[],
  signal?: AbortSignal,
): Promise<Confirmed[]> {
  const confirmed: Confirmed[] = [];
  for (let start = 0; start < pairs.length; start += PORTION) {
    confirmed.push(...(await confirmPortion(migration, flow, pairs.slice(start, start + PORTION), signal)));
  }
  return confirmed;
}

async function confirmPortion(
  migration: Migration,
  flow: TableFlow,
  pairs: readonly RowPair[],
  signal?: AbortSignal,
): Promise<Confirmed[]> {
  let open = (await comparePairs(flow, pairs))
    .filter(isDifferent)
    .map((comparison) => ({ comparison, looks: 1, moves: 0 }));
  const confirmed: Confirmed[] = [];
  while (open.length > 0 && !signal?.aborted) {
    await untilTailsPass(migration, signal);
    const again = await comparePairs(
      flow,
      open.map(({ comparison }) => comparison.pair),
    );
    const next: typeof open = [];
    for (const [index, comparison] of again.entries()) {
      const before = open[index];
      if (!before || !isDifferent(comparison)) continue;
      const still = sameImage(before.comparison.truth, comparison.truth);
      const looks = still ? before.looks + 1 : 1;
      const moves = still ? before.moves : before.moves + 1;
      if (moves > MOVES) continue;
      if (looks <= ROUNDS) next.push({ comparison, looks, moves });
      else if (!(await isExcused(migration, flow, comparison.pair))) confirmed.push(told(flow, comparison));
    }
    open = next;
    if (open.length > 0) await delay(PAUSE_MS);
  }
  return confirmed;
}

const isDifferent = ({ difference }: Comparison) => difference !== undefined;

const sameImage = (a: Item | undefined, b: Item | undefined) =>
  a === undefined || b === undefined ? a === b : canonicalItem(a) === canonicalItem(b);

function told(flow: TableFlow, comparison: Comparison): Confirmed {
  const { kind, detail } = comparison.difference ?? { kind: 'different' as const, detail: '' };
  return { table: flow.table, key: comparison.pair.to, kind, detail, comparison };
}
