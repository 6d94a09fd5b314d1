import type { MigrationState } from '@agent-engine/migration-core';
import type { DirectionName } from '../control/control-record.ts';

/** A cutover, or, with the sides swapped, a rollback. */
export interface SwitchPlan {
  readonly name: 'cutover' | 'rollback';
  /** The way changes are carried before it; afterwards it is the other one. */
  readonly direction: DirectionName;
  /** Side whose writers are stopped, and side that is opened. */
  readonly from: 'source' | 'target';
  readonly to: 'source' | 'target';
  readonly states: Readonly<
    Record<
      'fenced' | 'drained' | 'verified' | 'armed' | 'journaled' | 'open' | 'settled' | 'back',
      MigrationState
    >
  >;
}

export const CUTOVER: SwitchPlan = {
  name: 'cutover',
  direction: 'forward',
  from: 'source',
  to: 'target',
  states: {
    fenced: 'FENCING',
    drained: 'DRAINED',
    verified: 'FINAL_VERIFIED',
    armed: 'REVERSE_ARMED',
    journaled: 'JOURNALED',
    open: 'OPEN',
    settled: 'SOAK',
    back: 'CATCHING_UP',
  },
};

export const ROLLBACK: SwitchPlan = {
  name: 'rollback',
  direction: 'reverse',
  from: 'target',
  to: 'source',
  states: {
    fenced: 'ROLLING_BACK',
    drained: 'ROLLBACK_DRAINED',
    verified: 'ROLLBACK_VERIFIED',
    armed: 'FORWARD_ARMED',
    journaled: 'ROLLBACK_JOURNALED',
    open: 'ROLLED_BACK',
    settled: 'CATCHING_UP',
    back: 'SOAK',
  },
};

export const opposite = (direction: DirectionName): DirectionName =>
  direction === 'forward' ? 'reverse' : 'forward';

/** Under way, and still to be undone: writers of the old side wait, and nothing was written to the new one. */
export const isBeforeJournal = ({ states }: SwitchPlan, state: MigrationState): boolean =>
  [states.fenced, states.drained, states.verified, states.armed].includes(state);

/** Decided: there is only forward. */
export const isJournaled = ({ states }: SwitchPlan, state: MigrationState): boolean =>
  state === states.journaled || state === states.open;
