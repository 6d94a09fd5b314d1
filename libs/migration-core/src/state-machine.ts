/** Every state of a migration, as the control item and `status` name it. */
export const states = [
  'PLANNED',
  'PREFLIGHT',
  'ARMED',
  'COPYING',
  'CATCHING_UP',
  'VERIFIED',
  'SHADOW_READS',
  'FENCING',
  'DRAINED',
  'FINAL_VERIFIED',
  'REVERSE_ARMED',
  'JOURNALED',
  'OPEN',
  'SOAK',
  'COMPLETED',
  'ABORTED',
  'ROLLING_BACK',
  'ROLLBACK_DRAINED',
  'ROLLBACK_VERIFIED',
  'FORWARD_ARMED',
  'ROLLBACK_JOURNALED',
  'ROLLED_BACK',
] as const;
export type MigrationState = (typeof states)[number];

/**
 * What may follow what. Up to the journal everything leads back to CATCHING_UP (a cutover that did not come
 * about: the source is open again and tailed on) or to ABORTED; after it only forward or into a rollback,
 * which is the cutover with the sides swapped. A gap in the stream arms anew.
 */
const next: Readonly<Record<MigrationState, readonly MigrationState[]>> = {
  PLANNED: ['PREFLIGHT', 'ABORTED'],
  PREFLIGHT: ['ARMED', 'PLANNED', 'ABORTED'],
  ARMED: ['COPYING', 'ARMED', 'ABORTED'],
  COPYING: ['CATCHING_UP', 'ARMED', 'ABORTED'],
  CATCHING_UP: ['VERIFIED', 'ARMED', 'ABORTED'],
  VERIFIED: ['SHADOW_READS', 'FENCING', 'CATCHING_UP', 'ARMED', 'ABORTED'],
  SHADOW_READS: ['FENCING', 'CATCHING_UP', 'ARMED', 'ABORTED'],
  FENCING: ['DRAINED', 'CATCHING_UP', 'ARMED', 'ABORTED'],
  DRAINED: ['FINAL_VERIFIED', 'CATCHING_UP', 'ARMED', 'ABORTED'],
  FINAL_VERIFIED: ['REVERSE_ARMED', 'CATCHING_UP', 'ARMED', 'ABORTED'],
  REVERSE_ARMED: ['JOURNALED', 'CATCHING_UP', 'ARMED', 'ABORTED'],
  JOURNALED: ['OPEN'],
  OPEN: ['SOAK', 'ROLLING_BACK'],
  SOAK: ['COMPLETED', 'ROLLING_BACK'],
  COMPLETED: [],
  ABORTED: ['PLANNED'],
  ROLLING_BACK: ['ROLLBACK_DRAINED', 'SOAK'],
  ROLLBACK_DRAINED: ['ROLLBACK_VERIFIED', 'SOAK'],
  ROLLBACK_VERIFIED: ['FORWARD_ARMED', 'SOAK'],
  FORWARD_ARMED: ['ROLLBACK_JOURNALED', 'SOAK'],
  ROLLBACK_JOURNALED: ['ROLLED_BACK'],
  ROLLED_BACK: ['CATCHING_UP', 'ARMED', 'ABORTED'],
};

export class IllegalTransition extends Error {
  readonly from: MigrationState;
  readonly to: MigrationState;

  constructor(from: MigrationState, to: MigrationState) {
    const possible = next[from].length === 0 ? 'nothing' : next[from].join(', ');
    super(`${from} cannot become ${to}; it can become ${possible}.`);
    this.name = 'IllegalTransition';
    this.from = from;
    this.to = to;
  }
}

export function canFollow(from: MigrationState, to: MigrationState): boolean {
  return next[from].includes(to);
}

/** @throws IllegalTransition naming what is possible instead */
export function assertTransition(from: MigrationState, to: MigrationState): void {
  if (!canFollow(from, to)) throw new IllegalTransition(from, to);
}

/** Which side applications may write to; `none` while a fence is up. */
export function openSide(state: MigrationState): 'source' | 'target' | 'none' {
  switch (state) {
    case 'FENCING':
    case 'DRAINED':
    case 'FINAL_VERIFIED':
    case 'REVERSE_ARMED':
    case 'JOURNALED':
    case 'ROLLING_BACK':
    case 'ROLLBACK_DRAINED':
    case 'ROLLBACK_VERIFIED':
    case 'FORWARD_ARMED':
    case 'ROLLBACK_JOURNALED':
      return 'none';
    case 'OPEN':
    case 'SOAK':
    case 'COMPLETED':
      return 'target';
    default:
      return 'source';
  }
}
