import { imbalances } from './conservation.ts';
import {
  assertTransition,
  canFollow,
  IllegalTransition,
  type MigrationState,
  openSide,
  states,
} from './state-machine.ts';

const cutover: MigrationState[] = [
  'PLANNED',
  'PREFLIGHT',
  'ARMED',
  'COPYING',
  'CATCHING_UP',
  'VERIFIED',
  'FENCING',
  'DRAINED',
  'FINAL_VERIFIED',
  'REVERSE_ARMED',
  'JOURNALED',
  'OPEN',
  'SOAK',
];
const rollback: MigrationState[] = [
  'SOAK',
  'ROLLING_BACK',
  'ROLLBACK_DRAINED',
  'ROLLBACK_VERIFIED',
  'FORWARD_ARMED',
  'ROLLBACK_JOURNALED',
  'ROLLED_BACK',
  'CATCHING_UP',
];

describe('states', () => {
  it('lead to the other side and back, and again', () => {
    for (const path of [cutover, rollback])
      path.slice(1).forEach((to, index) => assertTransition(path[index] ?? 'PLANNED', to));
    assertTransition('SOAK', 'COMPLETED');
  });

  it('can be aborted up to the journal, and not after it', () => {
    const journal = cutover.indexOf('JOURNALED');
    expect(cutover.filter((state) => canFollow(state, 'ABORTED'))).toEqual(cutover.slice(0, journal));
    const afterJournal: MigrationState[] = [
      'JOURNALED',
      'OPEN',
      'SOAK',
      'COMPLETED',
      'ROLLING_BACK',
      'ROLLBACK_JOURNALED',
    ];
    expect(afterJournal.some((state) => canFollow(state, 'ABORTED'))).toBe(false);
  });

  it('pass from one open side to the other only through a fence and a journal', () => {
    for (const from of states)
      for (const to of states) {
        if (!canFollow(from, to) || openSide(from) === openSide(to)) continue;
        expect([openSide(from), openSide(to)]).toContain('none');
        if (openSide(from) === 'none' && openSide(to) === 'target' && to === 'OPEN')
          expect(from).toBe('JOURNALED');
        if (to === 'ROLLED_BACK') expect(from).toBe('ROLLBACK_JOURNALED');
      }
    // Where a fence comes down without a journal, the side that was open before it is open again.
    expect(states.filter((state) => canFollow(state, 'CATCHING_UP') && openSide(state) === 'none')).toEqual([
      'FENCING',
      'DRAINED',
      'FINAL_VERIFIED',
      'REVERSE_ARMED',
    ]);
    expect(states.filter((state) => canFollow(state, 'SOAK') && openSide(state) === 'none')).toEqual([
      'ROLLING_BACK',
      'ROLLBACK_DRAINED',
      'ROLLBACK_VERIFIED',
      'FORWARD_ARMED',
    ]);
  });

  it('refuse anything else, and say what is possible', () => {
    expect(() => assertTransition('JOURNALED', 'ABORTED')).toThrow(IllegalTransition);
    expect(() => assertTransition('JOURNALED', 'ABORTED')).toThrow('it can become OPEN');
    expect(() => assertTransition('COMPLETED', 'PLANNED')).toThrow('nothing');
  });
});

describe('conservation', () => {
  const copy = { scanned: 10, inserted: 4, present: 3, quarantined: 2, filtered: 1 };
  const events = { seen: 6, applied: 3, superseded: 2, quarantined: 1 };

  it('is silent if all adds up, and names each sum that does not', () => {
    expect(imbalances(copy, events)).toEqual([]);
    expect(imbalances({ ...copy, inserted: 3 }, { ...events, applied: 4 })).toEqual([
      {
        equation: 'copy',
        total: 10,
        accounted: 9,
        message: '10 rows were scanned, but 3 inserted + 3 present + 2 quarantined + 1 filtered = 9.',
      },
      {
        equation: 'events',
        total: 6,
        accounted: 7,
        message: '6 events were seen, but 4 applied + 2 superseded + 1 quarantined = 7.',
      },
    ]);
  });
});
