import { histories, movable } from './history.fixture.ts';
import { exploreGap, type Resync } from './resync.fixture.ts';

function survey(resync: Resync, maxChanges: number) {
  let states = 0;
  const lost = histories(movable, maxChanges).some((history) => {
    const exploration = exploreGap(resync, movable, history);
    states += exploration.states;
    return exploration.counterexample !== undefined;
  });
  return { lost, states };
}

describe('every order of one row’s copies and events around a gap in the stream', () => {
  it('ends in what the source holds, if copied over older rows and rid of extras', () => {
    expect(survey({ copy: 'stamped', extras: true }, 3)).toEqual({ lost: false, states: 43_898 });
  });

  it.each([
    ['rows that went stale stay, if copied only where there are none', 'ifAbsent', true],
    ['rows that moved or were deleted stay, if nobody looks for extras', 'stamped', false],
    ['and both, with neither', 'ifAbsent', false],
  ] as const)('%s', (_name, copy, extras) => {
    expect(survey({ copy, extras }, 3).lost).toBe(true);
  });
});
