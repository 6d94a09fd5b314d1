import { setTimeout as delay } from 'node:timers/promises';
import { MigrationError } from '../migration-error.ts';

/** Writers have waited long enough: everything goes back to how it was. */
export class BudgetExceeded extends MigrationError {
  constructor(step: string, budgetMs: number) {
    super(
      'cutoverAborted',
      `Writers would have waited longer than ${budgetMs} ms: ${step} was not done in time.`,
    );
    this.name = 'BudgetExceeded';
  }
}

/** The time in which writers stand still, from the moment the fence goes up. */
export class Budget {
  private readonly started = performance.now();
  readonly totalMs: number;

  constructor(totalMs: number) {
    this.totalMs = totalMs;
  }

  get elapsedMs(): number {
    return Math.round(performance.now() - this.started);
  }

  get leftMs(): number {
    return Math.max(0, this.totalMs - (performance.now() - this.started));
  }

  /** @throws BudgetExceeded */
  check(step: string): void {
    if (this.leftMs <= 0) throw new BudgetExceeded(step, this.totalMs);
  }

  /** The work's result, unless the time is over before. @throws BudgetExceeded */
  async within<T>(step: string, work: Promise<T>): Promise<T> {
    const over = new AbortController();
    // Whatever it still comes to, nobody waits for it any more.
    work.catch(() => {});
    const timer = delay(this.leftMs, undefined, { signal: over.signal }).then(
      () => {
        throw new BudgetExceeded(step, this.totalMs);
      },
      () => new Promise<never>(() => {}),
    );
    try {
      return await Promise.race([work, timer]);
    } finally {
      over.abort();
    }
  }
}
