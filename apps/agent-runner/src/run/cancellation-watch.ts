import type { RunState } from '@agent-engine/entities';
import type { Models, Owner } from '@agent-engine/models';
import type { Logger } from '@agent-engine/observability';

/** How soon a wish to end a run is noticed; with many runs later, since each look reads all of them. */
const EVERY_MS = 500;
const EVERY_MS_PER_RUN = 5;

export type CancelReason = NonNullable<RunState['cancelled']>;

interface Watched {
  owner: Owner;
  runUuid: string;
  onCancel: (why: CancelReason) => void;
}

/** Looks for wishes to end one of this process's runs: all of them together, a hundred per call. */
export class CancellationWatch {
  private readonly models: Models;
  private readonly logger: Logger;
  private readonly watched = new Set<Watched>();
  private timer: NodeJS.Timeout | undefined;

  constructor(models: Models, logger: Logger) {
    this.models = models;
    this.logger = logger;
  }

  /** @returns ends the watching */
  watch(watched: Watched): () => void {
    this.watched.add(watched);
    this.schedule();
    return () => void this.watched.delete(watched);
  }

  private schedule(): void {
    const { size } = this.watched;
    const afterMs = Math.max(EVERY_MS, size * EVERY_MS_PER_RUN);
    if (size > 0) this.timer ??= setTimeout(() => void this.look(), afterMs);
  }

  private async look(): Promise<void> {
    const looked = [...this.watched];
    try {
      const states = await this.models.runState.getMany(
        looked.map(({ owner, runUuid }) => ({ scope: owner, key: { runUuid } })),
      );
      for (const [i, run] of looked.entries()) {
        const why = states[i]?.cancelled;
        if (why && this.watched.has(run)) run.onCancel(why);
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'wishes to cancel runs cannot be read');
    }
    this.timer = undefined;
    this.schedule();
  }
}
