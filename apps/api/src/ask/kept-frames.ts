import type { Models, Owner } from '@agent-engine/models';
import type { KeptFrame, KeptFrames } from '../sockets/ask-port.ts';

/** The frames of one run as runners have kept them. */
export class StoredFrames implements KeptFrames {
  private readonly models: Models;
  private readonly owner: Owner;
  private readonly runUuid: string;

  constructor(models: Models, owner: Owner, runUuid: string) {
    this.models = models;
    this.owner = owner;
    this.runUuid = runUuid;
  }

  async after(seq: number): Promise<KeptFrame[]> {
    const batches = await this.models.frameBatch.after(this.owner, this.runUuid, seq);
    return batches.flatMap(({ frames }) => JSON.parse(frames) as KeptFrame[]);
  }

  async isOver(): Promise<boolean> {
    const run = await this.models.run.get(this.owner, { runUuid: this.runUuid });
    return !run || run.timeSpent !== null;
  }
}
