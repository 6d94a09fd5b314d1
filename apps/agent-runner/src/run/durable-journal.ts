import type { RunJournal } from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import type { JournalContent, Models, Owner } from '@agent-engine/models';
import type { RunLease } from './run-lease.ts';

/** The journal of one run, as far as it was written when this attempt began, and the place to go on writing. */
export class DurableJournal implements RunJournal {
  private readonly models: Models;
  private readonly owner: Owner;
  private readonly lease: RunLease;
  private readonly entries: ReadonlyMap<string, JournalContent>;

  private constructor(models: Models, owner: Owner, lease: RunLease, entries: Map<string, JournalContent>) {
    this.models = models;
    this.owner = owner;
    this.lease = lease;
    this.entries = entries;
  }

  static async open(models: Models, owner: Owner, lease: RunLease): Promise<DurableJournal> {
    const isFirst = lease.attempt === 1;
    const entries = isFirst
      ? new Map<string, JournalContent>()
      : await models.journal.entries(owner, lease.state.runUuid);
    return new DurableJournal(models, owner, lease, entries);
  }

  /** The last attempt that got anything done; 0: none. */
  get lastFruitful(): number {
    return Math.max(0, ...[...this.entries.values()].map(({ attempt }) => attempt));
  }

  finished(name: string): unknown {
    const entry = this.entries.get(name);
    return entry && (JSON.parse(entry.content) as unknown);
  }

  async requested(name: string): Promise<void> {
    this.lease.assertHeld();
    await this.models.journal.requested(this.owner, this.attempt, name);
    this.lease.assertHeld();
  }

  async finish(name: string, outcome: object): Promise<void> {
    this.lease.assertHeld();
    const noted = await this.models.journal.finished(this.owner, this.attempt, name, JSON.stringify(outcome));
    if (!noted) throw new AppError('run.interrupted', 'The question was passed on to another runner.');
  }

  private get attempt() {
    return { runUuid: this.lease.state.runUuid, attempt: this.lease.attempt };
  }
}
