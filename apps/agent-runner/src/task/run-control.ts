import { AppError } from '@agent-engine/errors';

/** What can end a run early, as one signal whose reason says which. */
export class RunControl {
  readonly signal: AbortSignal;
  private readonly own = new AbortController();
  private readonly begunAt = Date.now();
  private timer: NodeJS.Timeout | undefined;
  private endsAt = Infinity;

  /** @param deadlineMs from now */
  constructor(deadlineMs: number, outside: readonly AbortSignal[]) {
    this.signal = AbortSignal.any([this.own.signal, ...outside]);
    this.limit(deadlineMs);
  }

  /** When the run has to be over, in milliseconds since 1970. */
  get deadlineAt(): number {
    return this.endsAt;
  }

  /** Ends the run this long after its beginning, if it was not to end sooner. */
  limit(deadlineMs: number): void {
    const endsAt = this.begunAt + Math.max(0, deadlineMs);
    if (endsAt >= this.endsAt) return;
    this.endsAt = endsAt;
    clearTimeout(this.timer);
    const reason = new AppError(
      'run.timedOut',
      'The answer was not complete within the time a run may take.',
    );
    this.timer = setTimeout(() => this.own.abort(reason), Math.max(0, endsAt - Date.now()));
  }

  cancel(why: string): void {
    this.own.abort(new AppError('run.cancelled', why));
  }

  /** Lets go of the deadline. */
  done(): void {
    clearTimeout(this.timer);
  }
}
