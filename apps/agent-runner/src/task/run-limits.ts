import { AppError } from '@agent-engine/errors';

/** What can end a run early, as one signal whose reason says which. */
export interface RunControl {
  signal: AbortSignal;
  /** When the run has to be over, in milliseconds since 1970. */
  deadlineAt: number;
  /** The client has gone away. */
  cancel: () => void;
  /** Lets go of the deadline. */
  done: () => void;
}

export function runControl(deadlineMs: number, outside: AbortSignal): RunControl {
  const own = new AbortController();
  const deadline = setTimeout(() => {
    own.abort(
      new AppError(
        'run.timedOut',
        `The answer was not complete within ${Math.round(deadlineMs / 1_000)} seconds.`,
      ),
    );
  }, deadlineMs);
  return {
    signal: AbortSignal.any([own.signal, outside]),
    deadlineAt: Date.now() + deadlineMs,
    cancel: () =>
      own.abort(new AppError('run.cancelled', 'The client went away before the answer was complete.')),
    done: () => clearTimeout(deadline),
  };
}
