import { changesOf } from '../change-event.ts';
import type { Item } from '../item.ts';
import { isTombstone, stamped } from '../marks.ts';
import { canonicalItem } from '../canonical-value.ts';
import { version } from '../version.ts';
import { eventOf, type History, type Setting } from './history.fixture.ts';
import { type Exploration, memo, type Move, search } from './search.fixture.ts';
import { at, equals, putIfAbsent, putIfNewer, remove, type Target } from './target.fixture.ts';

/** How the copy after a gap in the stream is made. */
export interface Resync {
  /** Rows are written over older ones, with the new epoch, or only where there is none. */
  copy: 'stamped' | 'ifAbsent';
  /** Rows that the source no longer has are looked for and deleted. */
  extras: boolean;
}

interface State {
  now: number;
  epoch: 1 | 2;
  scanned: number | 'unread' | 'written';
  /** Events applied, or lost in the gap. */
  position: number;
  /** Keys the extras pass has not looked at. */
  unchecked: readonly number[];
  /** What the extras pass has seen of a target row, and then of its source row. */
  checking?: { key: number; row?: Item; gone?: boolean };
  target: Target;
}

/**
 * One row through a gap: in the first epoch it is copied and tailed up to any point, then the remaining events are
 * lost, the stream is armed again, and the second epoch copies and tails anew.
 */
export function exploreGap(resync: Resync, { mapper, row, parts }: Setting, history: History): Exploration {
  const last = history.length - 1;
  const keys = parts.map((part) => {
    const mapped = mapper.keyOf(row('1', part, 0));
    if ('refused' in mapped) throw new Error(mapped.refused);
    return mapped.key;
  });
  const tailed = { 1: tail(1), 2: tail(2) };
  const allKeys = resync.extras ? keys.map((_, index) => index) : [];
  const first: State = {
    now: 0,
    epoch: 1,
    scanned: 'unread',
    position: 0,
    unchecked: [],
    target: new Map(),
  };
  return search(
    first,
    (state) => [...world(state), ...copying(state), ...tailing(state), ...extras(state)],
    (state) => isDone(state) && !equals(state.target, [history[last]], mapper),
  );

  function tail(epoch: 1 | 2) {
    return memo((target: Target, change: number) => {
      const changes = changesOf(eventOf(history, change), mapper, epoch);
      return 'writes' in changes ? changes.writes.reduce(putIfNewer, target) : target;
    });
  }

  function world(state: State): Move<State>[] {
    const moves: Move<State>[] = [];
    if (state.now < last) moves.push([`change ${state.now + 1}`, { ...state, now: state.now + 1 }]);
    if (state.epoch === 1)
      moves.push(['gap, armed again', { ...state, epoch: 2, scanned: 'unread', position: state.now }]);
    return moves;
  }

  function copying(state: State): Move<State>[] {
    const { scanned, epoch } = state;
    if (scanned === 'unread') return [[`scan reads at ${state.now}`, { ...state, scanned: state.now }]];
    if (scanned === 'written') return [];
    const target = copied(state.target, history[scanned], epoch);
    const unchecked = epoch === 2 ? allKeys : [];
    return [['scan writes', { ...state, scanned: 'written', unchecked, target }]];
  }

  function copied(target: Target, image: Item | undefined, epoch: 1 | 2): Target {
    const mapped = image && mapper.map(image);
    if (!mapped || 'refused' in mapped) return target;
    if (epoch === 1 || resync.copy === 'ifAbsent') return putIfAbsent(target, mapped.key, mapped.item);
    const at = version(epoch);
    return putIfNewer(target, {
      key: mapped.key,
      item: stamped(mapped.item, at),
      version: at,
      sequenceNumber: '',
    });
  }

  function tailing(state: State): Move<State>[] {
    const { position, now, epoch } = state;
    if (position >= now) return [];
    const target = tailed[epoch](state.target, position + 1);
    return [[`event ${position + 1} in epoch ${epoch}`, { ...state, position: position + 1, target }]];
  }

  function extras(state: State): Move<State>[] {
    const { checking, unchecked, target } = state;
    if (state.epoch === 1 || state.scanned !== 'written') return [];
    if (!checking)
      return unchecked.map((key) => [
        `extras pass reads row ${key}`,
        {
          ...state,
          unchecked: unchecked.filter((other) => other !== key),
          checking: { key, row: at(target, keys[key] ?? {}) },
        },
      ]);
    if (checking.gone === undefined) return [['it reads the source', { ...state, checking: sought(state) }]];
    const decided = { ...state, checking: undefined, target: checking.gone ? deleted(state) : target };
    return [['it deletes what it saw if it is gone', decided]];
  }

  function sought({ checking, now }: State): State['checking'] {
    const image = history[now];
    const mapped = image && mapper.keyOf(image);
    const key = mapped && 'key' in mapped ? canonicalItem(mapped.key) : undefined;
    return checking && { ...checking, gone: key !== canonicalItem(keys[checking.key] ?? {}) };
  }

  /** Only if the row is still the one that was seen. */
  function deleted({ checking, target }: State): Target {
    const key = keys[checking?.key ?? 0] ?? {};
    const row = checking?.row;
    const now = at(target, key);
    const unchanged = row && now && !isTombstone(row) && canonicalItem(row) === canonicalItem(now);
    return unchanged ? remove(target, key) : target;
  }

  function isDone({ now, epoch, scanned, position, checking, unchecked }: State): boolean {
    const still = now === last && scanned === 'written' && position === last;
    return still && epoch === 2 && !checking && unchecked.length === 0;
  }
}
