import { canonicalItem } from '../canonical-value.ts';
import type { Item } from '../item.ts';
import type { Target } from './target.fixture.ts';

export type Move<S> = readonly [label: string, next: S];

export interface Exploration {
  states: number;
  /** The moves that led to a wrong end. */
  counterexample?: string[];
}

/** Visits every state that moves lead to, each once, until one that is an end is wrong. */
export function search<S extends { target: Target }>(
  start: S,
  moves: (state: S) => readonly Move<S>[],
  isWrong: (state: S) => boolean,
): Exploration {
  const nameOf = numbering();
  const seen = new Set<string>();
  const open: { state: S; path?: Path }[] = [{ state: start }];
  for (let entry = open.pop(); entry; entry = open.pop()) {
    const { state, path } = entry;
    const id = JSON.stringify(state, (_key, value: unknown) => {
      if (value instanceof Map) return [...(value as Target)].map(([key, item]) => key + nameOf(item)).sort();
      return value;
    });
    if (seen.has(id)) continue;
    seen.add(id);
    if (isWrong(state)) return { states: seen.size, counterexample: labels(path) };
    for (const [label, next] of moves(state)) open.push({ state: next, path: { label, before: path } });
  }
  return { states: seen.size };
}

interface Path {
  label: string;
  before: Path | undefined;
}

function labels(path: Path | undefined): string[] {
  return path ? [...labels(path.before), path.label] : [];
}

/** A short name for each content; asked again for the same object it does not look at it again. */
function numbering(): (item: Item) => number {
  const ofObject = new WeakMap<Item, number>();
  const ofContent = new Map<string, number>();
  return (item) => {
    let id = ofObject.get(item);
    if (id === undefined) {
      const content = canonicalItem(item);
      id = ofContent.get(content) ?? ofContent.size;
      ofContent.set(content, id);
      ofObject.set(item, id);
    }
    return id;
  };
}

/** The same write into the same target gives the same target, and is made once. */
export function memo<K>(work: (target: Target, what: K) => Target): (target: Target, what: K) => Target {
  const known = new WeakMap<Target, Map<K, Target>>();
  return (target, what) => {
    const ofTarget = known.get(target) ?? new Map<K, Target>();
    known.set(target, ofTarget);
    const result = ofTarget.get(what) ?? work(target, what);
    ofTarget.set(what, result);
    return result;
  };
}
