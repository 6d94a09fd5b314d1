import { type Algorithm, collecting, correct, mutants } from './algorithm.fixture.ts';
import { explore, type Faults } from './explore.fixture.ts';
import { fixed, histories, movable, type Setting } from './history.fixture.ts';

const modes = {
  'no fault': { crashes: 0, zombie: false, reorder: false },
  crash: { crashes: 1, zombie: false, reorder: false },
  zombie: { crashes: 1, zombie: true, reorder: false },
  'any order': { crashes: 1, zombie: false, reorder: true },
  'any order and zombie': { crashes: 1, zombie: true, reorder: true },
} satisfies Record<string, Faults>;
const MAX_CHANGES = 3;

/** The modes in which some order of events loses data, and how many states were looked at. */
function survey(algorithm: Algorithm, setting: Setting): { losesIn: string[]; states: number } {
  let states = 0;
  const losesIn = Object.entries(modes).filter(([, faults]) =>
    histories(setting, MAX_CHANGES).some((history) => {
      const exploration = explore(algorithm, setting, history, faults);
      states += exploration.states;
      return exploration.counterexample !== undefined;
    }),
  );
  return { losesIn: losesIn.map(([name]) => name), states };
}

const everywhere = Object.keys(modes);
const whereOlderWritesCome = ['zombie', 'any order', 'any order and zombie'];

describe('every order of one row’s changes, its copy, its events and faults', () => {
  // The numbers of states are those of an independent model of the same algorithm.
  it.each([
    ['to a key that stays', fixed, 17_090],
    ['to a key that moves', movable, 77_459],
  ])('ends in what the source holds, %s', (_name, setting, states) => {
    expect(survey(correct, setting)).toEqual({ losesIn: [], states });
  });

  it('stays so when tombstones are collected once nobody can write an older event', () => {
    // A delivery after the collection is what "nobody can" excludes.
    expect(survey(collecting, movable).losesIn).toEqual(['any order', 'any order and zombie']);
  });

  it.each([
    ['N1 the scan and the tail put and delete without condition', everywhere, everywhere],
    ['N2 the tail puts and deletes without condition', everywhere, everywhere],
    ['N3 deletes leave no tombstone', everywhere, everywhere],
    ['N4 events come without old image', [], everywhere],
    ['K versions are timestamps, and all is done in one second', everywhere, everywhere],
    ['S the scan first, then the tail, both without condition', whereOlderWritesCome, whereOlderWritesCome],
    ['Cg tombstones are collected while rows are still being copied', everywhere, everywhere],
    [
      'Cl tombstones are collected without waiting for older workers',
      whereOlderWritesCome,
      whereOlderWritesCome,
    ],
  ] as const)('is lost by a variant: %s', (name, whenFixed, whenMovable) => {
    expect(survey(mutants[name], fixed).losesIn).toEqual(whenFixed);
    expect(survey(mutants[name], movable).losesIn).toEqual(whenMovable);
  });
});
