import { setTimeout as delay } from 'node:timers/promises';
import { backfillSegment } from '../backfill/backfill.unit.ts';
import { copySegment } from '../copy/copy.unit.ts';
import { removeExtras } from '../copy/extras.unit.ts';
import { type ControlRecord, readControl } from '../control/control-record.ts';
import type { Unit, UnitKind } from '../control/unit.ts';
import { LEASE_MS, UnitLease } from '../control/unit-lease.ts';
import { listUnits } from '../control/units.ts';
import { isDead } from '../control/worker-identity.ts';
import { WorkerRegistry } from '../control/worker-registry.ts';
import { StreamGap } from '../migration-error.ts';
import { followShard } from '../tail/tail.unit.ts';
import type { Migration } from '../world/migration.ts';
import { eligibleUnits } from './eligible-units.ts';
import { Governor } from './governor.ts';
import { noteGap } from './note-gap.ts';
import { Meter } from './meter.ts';
import type { Work } from './work.ts';

const TICK_MS = 200;
/** While writers wait. */
const HURRIED_MS = 30;
const REPORT_MS = 1_000;
const PARALLEL_SCANS = 4;
const PARALLEL_TAILS = 64;

const programs: Record<Exclude<UnitKind, 'switch'>, (work: Work) => Promise<void>> = {
  copy: copySegment,
  extras: removeExtras,
  backfill: backfillSegment,
  tail: followShard,
  watch: followShard,
};

/** Takes units nobody works on, and works on them, until it is told to stop. Any number may run at once. */
export class Worker {
  readonly governor: Governor;
  readonly meter = new Meter();
  private readonly migration: Migration;
  private readonly command: string;
  private readonly registry: WorkerRegistry;
  private readonly running = new Map<string, Promise<void>>();
  /** Free units of the last listing that there was no room for; another worker may have taken them since. */
  private waiting: Unit[] = [];
  private readonly observed = new Map<string, { rev: number; at: number }>();
  private readonly stopping = new AbortController();
  private failure: { error: unknown } | undefined;
  private seen: ControlRecord | undefined;
  private beat = 0;
  private reportedAt = 0;
  private soon = true;

  constructor(migration: Migration, command: string) {
    this.migration = migration;
    this.command = command;
    this.registry = new WorkerRegistry(migration.control);
    this.governor = new Governor(migration.config.capacity);
  }

  get control(): ControlRecord | undefined {
    return this.seen;
  }

  /** Finish what is begun, checkpoint, let go. */
  stop(): void {
    this.stopping.abort();
  }

  /** @throws what made the line stop: FencedOut, StreamGap, or anything unforeseen */
  async run(): Promise<void> {
    const { signal } = this.stopping;
    try {
      while (!signal.aborted) {
        await this.tick();
        await delay(this.seen?.window ? HURRIED_MS : TICK_MS, undefined, { signal }).catch(() => {});
      }
    } catch (error) {
      this.fail(error);
    }
    await Promise.all(this.running.values());
    await this.registry.leave(this.migration.identity.id).catch(() => {});
    if (this.failure) throw this.failure.error;
  }

  private async tick(): Promise<void> {
    const before = this.seen;
    this.seen = await readControl(this.migration.control);
    if (!this.seen) return;
    if (this.seen.state !== before?.state || this.seen.paused !== before.paused) {
      this.waiting = [];
      this.soon = true;
    }
    const now = performance.now();
    if (now - this.reportedAt > REPORT_MS) {
      await this.report(this.seen, now);
      this.soon = true;
    }
    // A whole listing is a query; without news it is enough once a second.
    if (!this.soon && this.seen.window !== true) return;
    this.soon = false;
    await this.takeUnits(this.seen);
  }

  private async report(control: ControlRecord, now: number): Promise<void> {
    const seconds = Math.max(0.1, (now - this.reportedAt) / 1_000);
    this.reportedAt = now;
    const used = this.governor.takeUsed();
    await this.registry.report({
      id: this.migration.identity.id,
      beat: ++this.beat,
      command: this.command,
      writeRate: Math.round(used.write / seconds),
      readRate: Math.round(used.read / seconds),
      throttleReason: this.governor.reason,
      ...this.meter.sample(),
    });
    const workers = Math.max(1, (await this.registry.living()).length);
    const limits = control.throttle ?? this.migration.config.capacity;
    this.governor.retune({ write: limits.write / workers, read: limits.read / workers });
  }

  private async takeUnits(control: ControlRecord): Promise<void> {
    const units = await listUnits(this.migration.control);
    this.waiting = shuffled(eligibleUnits(control, units).filter((unit) => this.isFree(unit)));
    this.fillUp();
  }

  private fillUp(): void {
    if (this.stopping.signal.aborted) return;
    const waiting = this.waiting.filter(({ item }) => !this.running.has(item));
    this.waiting = waiting.filter((unit) => {
      if (!this.hasRoomFor(unit)) return true;
      this.take(unit);
      return false;
    });
  }

  private hasRoomFor({ kind }: Unit): boolean {
    const tails = [...this.running.keys()].filter((item) => /#(tail|watch)#/.test(item)).length;
    return kind === 'tail' || kind === 'watch'
      ? tails < PARALLEL_TAILS
      : this.running.size - tails < PARALLEL_SCANS;
  }

  /** An owner that has not moved while we watched for the time of a lease has lost it. */
  private isFree({ item, owner, rev }: Unit): boolean {
    if (this.running.has(item)) return false;
    if (owner === undefined || isDead(owner)) return true;
    const now = performance.now();
    const before = this.observed.get(item);
    if (before?.rev === rev) return now - before.at > LEASE_MS;
    this.observed.set(item, { rev, at: now });
    return false;
  }

  private take(unit: Unit): void {
    const done = this.work(unit)
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.running.delete(unit.item);
        this.soon = true;
        // Small units would otherwise each wait for the next listing.
        this.fillUp();
      });
    this.running.set(unit.item, done);
  }

  private async work(unit: Unit): Promise<void> {
    const lease = await UnitLease.acquire(this.migration.control, unit, this.migration.identity.id);
    if (!lease) return;
    const work: Work = {
      migration: this.migration,
      lease,
      governor: this.governor,
      meter: this.meter,
      signal: this.stopping.signal,
      control: () => {
        if (!this.seen) throw new Error('The control item has not been read.');
        return this.seen;
      },
    };
    try {
      if (unit.kind !== 'switch') await programs[unit.kind](work);
    } catch (error) {
      this.migration.logger.error({ err: error, unit: unit.item }, 'the work stops');
      this.fail(error instanceof StreamGap ? await noteGap(this.migration, error) : error);
    }
    await lease.release();
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    this.stop();
  }
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value);
}
