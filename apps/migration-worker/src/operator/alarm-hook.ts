import { setTimeout as delay } from 'node:timers/promises';
import { claimAlarm, forgetAlarm } from '../control/alarm-ledger.ts';
import type { Migration } from '../world/migration.ts';
import { type Alarm, alarmsOf, STATE_ALARMS } from './alarms.ts';
import { runCommand } from './hooks.ts';
import type { Status } from './status.ts';
import type { StatusListener } from './status-watch.ts';

/** Longer than that no hook has to tell somebody. */
const LIMIT_MS = 30_000;
/** What a command that is over still waits for its hooks. */
const END_MS = 5_000;
/** An alarm that comes and goes within this is one alarm. */
const CALM_MS = 60_000;

/**
 * Calls `hooks.onAlarm` once for each alarm, whichever worker sees it first, and again when it has grown. Nobody waits
 * for it, and it has no veto: that it failed is logged and in the audit.
 */
export class AlarmHook implements StatusListener {
  private readonly migration: Migration;
  private readonly command: string;
  private readonly running = new Set<Promise<void>>();
  private readonly ending = new AbortController();
  private readonly known = new Map<string, { level: number; seenAt: number }>();
  private queue: Promise<void> = Promise.resolve();

  constructor(migration: Migration, command: string) {
    this.migration = migration;
    this.command = command;
  }

  update(status: Status): void {
    // Before there is a control table nothing can be wrong.
    if (status.state === 'PLANNED') return;
    const alarms = alarmsOf(status);
    this.queue = this.queue
      .then(() => this.settle(alarms))
      .catch((error: unknown) =>
        this.migration.logger.warn({ err: error }, 'alarms could not be written down'),
      );
  }

  raise(alarm: Alarm): void {
    this.call(alarm);
  }

  async end(): Promise<void> {
    await this.queue;
    if (this.running.size === 0) return;
    const waited = new AbortController();
    await Promise.race([
      Promise.all(this.running),
      delay(END_MS, undefined, { signal: waited.signal }).catch(() => {}),
    ]);
    waited.abort();
    this.ending.abort();
    await Promise.all(this.running);
  }

  private async settle(alarms: readonly Alarm[]): Promise<void> {
    const now = performance.now();
    for (const name of STATE_ALARMS) {
      const alarm = alarms.find((candidate) => candidate.alarm === name);
      const known = this.known.get(name);
      if (!alarm) {
        if (!known || now - known.seenAt < CALM_MS) continue;
        await forgetAlarm(this.migration.control, name);
        this.known.delete(name);
        continue;
      }
      if (!known || known.level < alarm.level) {
        if (await claimAlarm(this.migration.control, name, alarm.level)) this.call(alarm);
      }
      this.known.set(name, { level: Math.max(known?.level ?? 0, alarm.level), seenAt: now });
    }
  }

  private call({ alarm, message, table }: Alarm): void {
    const env = {
      MIGRATION_ID: this.migration.control.id,
      MIGRATION_ALARM: alarm,
      MIGRATION_MESSAGE: message,
      ...(table !== undefined && { MIGRATION_TABLE: table }),
    };
    const signal = AbortSignal.any([AbortSignal.timeout(LIMIT_MS), this.ending.signal]);
    const calling = runCommand(this.command, { env, signal })
      .then(
        ({ code, said }) => (code === 0 ? undefined : `exit code ${code}${said ? `: ${said}` : ''}`),
        (error: unknown) => String(error),
      )
      .then((failure) => (signal.aborted ? 'it did not end in time' : failure))
      .then((failure) => (failure === undefined ? undefined : this.report(alarm, failure)))
      .finally(() => this.running.delete(calling));
    this.running.add(calling);
  }

  private async report(alarm: string, failure: string): Promise<void> {
    this.migration.logger.warn({ alarm, failure }, 'the hook onAlarm failed: nobody may have been told');
    await this.migration.audit
      .append({ what: 'hook failed', hook: 'onAlarm', alarm, failure })
      .catch((error: unknown) => this.migration.logger.warn({ err: error }, 'nor could that be audited'));
  }
}
