import type { Frame } from '@agent-engine/agent-handlers';
import { type Models, type Owner, positionOf } from '@agent-engine/models';

/** How long frames wait to be written together. A client that comes back reads them this much later. */
const WRITE_AFTER_MS = 250;
/** A row ends at 400 KB. */
const MAX_BATCH_CHARS = 64_000;
/** For how long a client may come back. */
const KEEP_SECONDS = 3_600;

/**
 * Keeps the frames of one run for a client that lost its socket: a few rows per second at most, behind the stream
 * and never in its way. Batches become visible in order; after one that cannot be written there are no more, so that
 * nobody reads on across a gap.
 */
export class FrameLog {
  private readonly models: Models;
  private readonly owner: Owner;
  private readonly runUuid: string;
  private readonly onFailure: (error: unknown) => void;
  private batch: string[] = [];
  private chars = 0;
  private lastSeq = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private broken = false;

  /** @param onFailure told once: from then on nothing is kept */
  constructor(models: Models, owner: Owner, runUuid: string, onFailure: (error: unknown) => void) {
    this.models = models;
    this.owner = owner;
    this.runUuid = runUuid;
    this.onFailure = onFailure;
  }

  append(frame: Frame): void {
    if (this.broken) return;
    const text = JSON.stringify(frame);
    this.batch.push(text);
    this.chars += text.length;
    this.lastSeq = frame.seq;
    if (this.chars >= MAX_BATCH_CHARS) this.write();
    else this.timer ??= setTimeout(() => this.write(), WRITE_AFTER_MS);
  }

  /** Resolves when everything so far is written, or nothing more can be. */
  async written(): Promise<void> {
    this.write();
    await this.writing;
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.batch.length === 0) return;
    const row = {
      position: positionOf(this.runUuid, this.lastSeq),
      frames: `[${this.batch.join(',')}]`,
      expiresAt: Math.ceil(Date.now() / 1_000) + KEEP_SECONDS,
    };
    this.batch = [];
    this.chars = 0;
    this.writing = this.writing.then(async () => {
      if (this.broken) return;
      try {
        await this.models.frameBatch.create(this.owner, row);
      } catch (error) {
        this.broken = true;
        this.onFailure(error);
      }
    });
  }
}
