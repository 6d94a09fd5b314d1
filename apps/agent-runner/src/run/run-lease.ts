import { randomUUID } from 'node:crypto';
import type { RunState } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import type { Models, Owner } from '@agent-engine/models';

/** One attempt's hold on a run. The database decides who has it; this keeps it, and knows when it cannot be sure. */
export class RunLease {
  /** Aborts when another attempt may have begun: nothing must be asked for or written from then on. */
  readonly lost: AbortSignal;
  /** As it was when the lease was given. */
  readonly state: RunState;
  private readonly models: Models;
  private readonly owner: Owner;
  private readonly request: { runUuid: string; leaseOwner: string; leaseMs: number };
  private readonly controller = new AbortController();
  private readonly begunAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private heldUntil: number;

  private constructor(
    models: Models,
    owner: Owner,
    { state, askedAt, ...request }: { state: RunState; askedAt: number } & RunLease['request'],
  ) {
    this.models = models;
    this.owner = owner;
    this.state = state;
    this.request = request;
    this.lost = this.controller.signal;
    this.heldUntil = askedAt + request.leaseMs;
    this.timer = setInterval(() => void this.renew(), request.leaseMs / 3);
  }

  /** @returns undefined while another attempt holds the run. @throws AppError `storage.unavailable` */
  static async acquire(
    models: Models,
    owner: Owner,
    { runUuid, leaseMs }: { runUuid: string; leaseMs: number },
  ): Promise<RunLease | undefined> {
    const request = { runUuid, leaseMs, leaseOwner: randomUUID() };
    const askedAt = performance.now();
    const state = await models.runState.acquire(owner, request);
    return state && new RunLease(models, owner, { ...request, state, askedAt });
  }

  /** From 1: how many attempts have begun with this one. */
  get attempt(): number {
    return this.state.attempts;
  }

  /**
   * A process that was stopped for a while finds timers and answers waiting in no certain order, so whoever is about to
   * do something that lasts asks here.
   * @throws AppError `run.interrupted`
   */
  assertHeld(): void {
    if (performance.now() >= this.heldUntil) this.lose();
    this.lost.throwIfAborted();
  }

  /** Stops the heartbeat; another attempt can begin at once. @param isTold the run is over, and its client knows */
  async release(isTold: boolean): Promise<void> {
    clearInterval(this.timer);
    const { workedMs } = this;
    if (!this.lost.aborted)
      await this.models.runState.release(this.owner, this.request, { workedMs, isTold });
  }

  /** Milliseconds, of all attempts. */
  private get workedMs(): number {
    return this.state.workedMs + Math.round(performance.now() - this.begunAt);
  }

  private async renew(): Promise<void> {
    const askedAt = performance.now();
    try {
      const state = await this.models.runState.renew(this.owner, this.request, this.workedMs);
      if (state) this.heldUntil = askedAt + this.request.leaseMs;
      else this.lose();
    } catch (error) {
      // Unreachable is not lost yet: the next renewal may still be in time.
      if (performance.now() >= this.heldUntil) this.lose(error);
    }
  }

  private lose(cause?: unknown): void {
    clearInterval(this.timer);
    this.controller.abort(
      new AppError('run.interrupted', 'The question was passed on to another runner.', { cause }),
    );
  }
}
