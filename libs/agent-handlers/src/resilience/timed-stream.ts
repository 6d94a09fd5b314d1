import { orAborted } from '../or-aborted.ts';
import { ProviderError } from '../provider-error.ts';

export interface StepTimeouts {
  /** Until the model's first sign of life. */
  firstTokenMs?: number;
  /** For the whole step. */
  stepMs?: number;
}

/**
 * A stream nobody waits for longer than the signal and the timeouts allow, even if its maker ignores the signal it was
 * given. Fails with what the stream throws, `provider.timedOut`, or the reason of the signal.
 */
export class TimedStream<T> {
  private readonly own = new AbortController();
  private readonly signal: AbortSignal;
  private readonly firstToken: NodeJS.Timeout | undefined;
  private readonly step: NodeJS.Timeout | undefined;
  private readonly iterator: AsyncIterator<T>;

  constructor(
    open: (signal: AbortSignal) => AsyncIterable<T>,
    signal: AbortSignal,
    { firstTokenMs, stepMs }: StepTimeouts,
  ) {
    this.signal = AbortSignal.any([signal, this.own.signal]);
    // Nothing of the answer is known yet, so the same request may be made again; later it may not.
    this.firstToken = this.after(firstTokenMs, new ProviderError('provider.timedOut', { retryable: true }));
    this.step = this.after(stepMs, new ProviderError('provider.timedOut'));
    this.iterator = open(this.signal)[Symbol.asyncIterator]();
  }

  async next(): Promise<IteratorResult<T>> {
    const result = await orAborted(this.iterator.next(), this.signal);
    clearTimeout(this.firstToken);
    return result;
  }

  /** Lets go of timers and connection. */
  close(): void {
    clearTimeout(this.firstToken);
    clearTimeout(this.step);
    this.own.abort();
    void this.iterator.return?.().catch(() => {});
  }

  private after(ms: number | undefined, reason: Error): NodeJS.Timeout | undefined {
    return ms === undefined ? undefined : setTimeout(() => this.own.abort(reason), ms);
  }
}
