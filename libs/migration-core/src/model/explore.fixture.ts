import type { Algorithm } from './algorithm.fixture.ts';
import { eventOf, type History, type Setting } from './history.fixture.ts';
import { type Exploration, memo, type Move, search } from './search.fixture.ts';
import { equals, type Target, withoutTombstones } from './target.fixture.ts';

/** What may go wrong. */
export interface Faults {
  /** Times that the tail may begin again from its first checkpoint, or an event be delivered again. */
  crashes: number;
  /** An older worker that has read an event may write it at any later time. */
  zombie: boolean;
  /** Events come in any order. */
  reorder: boolean;
}

interface State {
  /** Changes that have happened. */
  now: number;
  /** What the scan has read and not yet written. */
  scanned: number | 'unread' | 'written';
  delivered: readonly number[];
  /** Events an ordered tail has applied since its last crash. */
  position: number;
  crashes: number;
  zombie: number | 'none' | 'gone';
  target: Target;
}

/** Tries every order in which one row's changes, its copy and its events can happen, with all faults allowed. */
export function explore(
  algorithm: Algorithm,
  setting: Setting,
  history: History,
  faults: Faults,
): Exploration {
  const last = history.length - 1;
  const tailed = memo((target: Target, change: number) =>
    algorithm.tail(target, eventOf(history, change), setting.mapper),
  );
  const moves = (state: State) => [
    ...world(state),
    ...copying(state),
    ...(algorithm.scanFirst && state.scanned !== 'written' ? [] : [...tailing(state), ...older(state)]),
    ...collecting(state),
  ];
  return search(
    start(faults),
    moves,
    (state) => isDone(state) && !equals(state.target, [history[last]], setting.mapper),
  );

  function world(state: State): Move<State>[] {
    return state.now < last ? [[`change ${state.now + 1}`, { ...state, now: state.now + 1 }]] : [];
  }

  function copying(state: State): Move<State>[] {
    const { scanned, target } = state;
    if (scanned === 'unread') return [[`scan reads at ${state.now}`, { ...state, scanned: state.now }]];
    if (scanned === 'written') return [];
    const image = history[scanned];
    const written = image ? algorithm.scan(target, image, setting.mapper) : target;
    return [[`scan writes what it read at ${scanned}`, { ...state, scanned: 'written', target: written }]];
  }

  function tailing(state: State): Move<State>[] {
    return faults.reorder ? anyOrder(state) : inOrder(state);
  }

  function inOrder(state: State): Move<State>[] {
    const { now, position, crashes, target } = state;
    const moves: Move<State>[] = [];
    if (position < now) {
      const next = position + 1;
      moves.push([`event ${next}`, { ...state, position: next, target: tailed(target, next) }]);
    }
    if (crashes > 0 && position > 0)
      moves.push(['crash, from the checkpoint again', { ...state, crashes: crashes - 1, position: 0 }]);
    return moves;
  }

  function anyOrder(state: State): Move<State>[] {
    const { now, delivered, crashes, target } = state;
    return upTo(now).flatMap((change): Move<State>[] => {
      const next = { ...state, target: tailed(target, change) };
      if (!delivered.includes(change))
        return [[`event ${change}`, { ...next, delivered: [...delivered, change].sort() }]];
      return crashes > 0 ? [[`event ${change} again`, { ...next, crashes: crashes - 1 }]] : [];
    });
  }

  function older(state: State): Move<State>[] {
    const { zombie, now, target } = state;
    if (zombie === 'gone') return [];
    if (zombie === 'none')
      return upTo(now).map((change) => [`older worker holds event ${change}`, { ...state, zombie: change }]);
    const written: State = { ...state, zombie: 'gone', target: tailed(target, zombie) };
    return [[`older worker writes event ${zombie}`, written]];
  }

  function collecting(state: State): Move<State>[] {
    const { collects } = algorithm;
    const caughtUp = isCaughtUp(state);
    const may =
      collects === 'early' ||
      (collects === 'caughtUp' && caughtUp) ||
      (collects === 'fenced' && caughtUp && state.zombie === 'gone');
    return may ? [['tombstones are collected', { ...state, target: withoutTombstones(state.target) }]] : [];
  }

  function isCaughtUp({ now, scanned, delivered, position }: State): boolean {
    return now === last && scanned === 'written' && (faults.reorder ? delivered.length : position) === last;
  }

  function isDone(state: State): boolean {
    return isCaughtUp(state) && typeof state.zombie !== 'number';
  }
}

function start({ crashes, zombie }: Faults): State {
  return {
    now: 0,
    scanned: 'unread',
    delivered: [],
    position: 0,
    crashes,
    zombie: zombie ? 'none' : 'gone',
    target: new Map(),
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
