import type { MeteredUsage, RunAnswer } from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import type { Models, Owner } from '@agent-engine/models';
import { recordKey } from './record-keys.ts';

/** Writes what was said in a run, and what it cost. Written a second time, messages stay as they are. */
export class RunRecorder {
  private readonly models: Models;
  private readonly owner: Owner;
  private readonly runUuid: string;
  private readonly updatedBy: string;

  constructor(models: Models, owner: Owner, run: { runUuid: string; updatedBy: string }) {
    this.models = models;
    this.owner = owner;
    this.runUuid = run.runUuid;
    this.updatedBy = run.updatedBy;
  }

  async question(text: string): Promise<void> {
    await this.message('user', text);
  }

  /** The answer an earlier attempt has written, if it got that far. */
  async recordedAnswer(): Promise<string | undefined> {
    const recorded = await this.models.message.get(this.owner, { messageUuid: this.key('assistant') });
    return recorded?.message;
  }

  async answer(
    { text, messageId, responseId }: RunAnswer,
    usage: MeteredUsage,
    timeSpent: number,
  ): Promise<void> {
    await Promise.all([
      this.message('assistant', text, messageId),
      this.cost(usage, timeSpent, { runId: responseId }),
    ]);
  }

  async cost(
    { tokens, estimated }: MeteredUsage,
    timeSpent: number,
    ids: { runId?: string } = {},
  ): Promise<void> {
    await this.models.run.update(
      this.owner,
      { runUuid: this.runUuid },
      { ...ids, ...tokens, usageEstimated: estimated, timeSpent, updatedBy: this.updatedBy },
    );
  }

  private async message(role: 'user' | 'assistant', text: string, messageId?: string): Promise<void> {
    try {
      await this.models.message.create(this.owner, {
        messageUuid: this.key(role),
        runUuid: this.runUuid,
        role,
        message: text,
        messageId,
        updatedBy: this.updatedBy,
      });
    } catch (error) {
      if (!AppError.is(error, 'entity.conflict')) throw error;
    }
  }

  private key(role: 'user' | 'assistant'): string {
    return recordKey('message', this.owner.threadUuid, this.runUuid, role);
  }
}
