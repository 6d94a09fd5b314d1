import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@agent-engine/observability';

/** What may be done after a run is over, with nobody waiting for it. */
export class Afterwork {
  private readonly logger: Logger;
  private readonly underWay = new Set<Promise<void>>();

  constructor(logger: Logger) {
    this.logger = logger;
  }

  /** @param what for the log, if it fails */
  add(what: string, work: Promise<void>): void {
    const done: Promise<void> = work
      .catch((error: unknown) => this.logger.warn({ err: error }, what))
      .finally(() => this.underWay.delete(done));
    this.underWay.add(done);
  }

  /** Resolves when nothing is left to do, or after so many milliseconds. */
  async settled(withinMs: number): Promise<void> {
    await Promise.race([Promise.all(this.underWay), delay(withinMs, undefined, { ref: false })]);
  }
}
