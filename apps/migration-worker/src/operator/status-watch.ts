import { setTimeout as delay } from 'node:timers/promises';
import { WorkerRegistry } from '../control/worker-registry.ts';
import type { Migration } from '../world/migration.ts';
import type { Alarm } from './alarms.ts';
import { type Overview, readOverview, type Status } from './status.ts';

/** Someone who wants to know how things are. */
export interface StatusListener {
  update(status: Status, quarantined: Overview['quarantined']): void;
  /** The command ends with this. */
  raise?(alarm: Alarm): void;
  /** Nothing more comes. */
  end?(): void | Promise<void>;
}

const INTERVAL_MS = 1_000;

/** Reads the status again and again for all who listen: one reading for progress, metrics, page and alarms. */
export class StatusWatch {
  private readonly migration: Migration;
  private readonly listeners: readonly StatusListener[];
  private readonly registry: WorkerRegistry;
  private readonly ending = new AbortController();
  private readonly watching: Promise<void>;

  constructor(migration: Migration, listeners: readonly StatusListener[]) {
    this.migration = migration;
    this.listeners = listeners;
    this.registry = new WorkerRegistry(migration.control);
    this.watching = listeners.length > 0 ? this.watch() : Promise.resolve();
  }

  /** Reads once more, so that nobody is left with the last state but one. @param alarm what the command ends with */
  async end(alarm?: Alarm): Promise<void> {
    this.ending.abort();
    await this.watching;
    if (this.listeners.length === 0) return;
    await this.look();
    if (alarm) for (const listener of this.listeners) listener.raise?.(alarm);
    for (const listener of this.listeners) await listener.end?.();
  }

  private async watch(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      await this.look();
      await delay(INTERVAL_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Those who work on the migration must not fail because somebody could not be told about it. */
  private async look(): Promise<void> {
    try {
      const { status, quarantined } = await readOverview(this.migration, this.registry);
      for (const listener of this.listeners) listener.update(status, quarantined);
    } catch (error) {
      this.migration.logger.warn({ err: error }, 'the status could not be read');
    }
  }
}
