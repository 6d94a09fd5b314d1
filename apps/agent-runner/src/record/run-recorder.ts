import { MAX_MESSAGE_CHARS, type MeteredUsage, type RunAnswer } from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import { type Models, type Owner, textPieces } from '@agent-engine/models';
import { recordKey } from './record-keys.ts';

/** Writes what was said in a run, how it stands, and what it cost. Written a second time, messages stay as they are. */
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

  /**
   * The asker writes run and task at the same time: who saw the task may be here before the run.
   * @param attempt from 1
   */
  async begun(attempt: number, asyncTaskUuid: string): Promise<void> {
    const { runUuid, updatedBy } = this;
    const begun = { status: 'running', attempts: attempt, asyncTaskUuid };
    if (await this.change(begun)) return;
    try {
      await this.models.run.create(this.owner, { ...begun, runUuid, updatedBy });
    } catch (error) {
      if (!AppError.is(error, 'entity.conflict')) throw error;
      await this.change(begun);
    }
  }

  /** An answer too long for one row is several messages, one after the other: every reader knows what to do with them. */
  async answer(
    { text, messageId, responseId, reason, model }: RunAnswer,
    usage: MeteredUsage,
    timeSpent: number,
  ): Promise<void> {
    for (const [part, piece] of this.pieces(text).entries()) {
      await this.message(part === 0 ? 'assistant' : `assistant ${part}`, piece, messageId);
    }
    const ended = { status: 'completed', finishReason: reason, errorCode: null, runId: responseId };
    await this.change({ ...ended, ...costs(usage), model: model ?? usage.model, timeSpent });
  }

  async ended(
    { status, errorCode, attempts }: { status: 'failed' | 'cancelled'; errorCode: string; attempts: number },
    usage: MeteredUsage,
    timeSpent: number,
  ): Promise<void> {
    await this.change({
      status,
      errorCode,
      attempts,
      ...(usage.steps > 0 && costs(usage)),
      model: usage.model,
      timeSpent,
    });
  }

  /** One row where that is possible, whatever its characters. */
  private pieces(text: string): string[] {
    return Buffer.byteLength(text) <= 3 * MAX_MESSAGE_CHARS ? [text] : textPieces(text, MAX_MESSAGE_CHARS);
  }

  /** @returns false when there is no such run. Somebody may have deleted it: that is no reason not to answer. */
  private async change(changes: Record<string, unknown>): Promise<boolean> {
    try {
      const { runUuid, updatedBy } = this;
      await this.models.run.update(this.owner, { runUuid }, { ...changes, updatedBy });
      return true;
    } catch (error) {
      if (!AppError.is(error, 'entity.notFound')) throw error;
      return false;
    }
  }

  /** @param name the role, and what tells several of one role apart */
  private async message(name: string, text: string, messageId?: string): Promise<void> {
    try {
      await this.models.message.create(this.owner, {
        messageUuid: recordKey('message', this.owner.threadUuid, this.runUuid, name),
        runUuid: this.runUuid,
        role: name.split(' ')[0],
        message: text,
        messageId,
        updatedBy: this.updatedBy,
      });
    } catch (error) {
      if (!AppError.is(error, 'entity.conflict')) throw error;
    }
  }
}

const costs = ({ tokens, estimated }: MeteredUsage) => ({ ...tokens, usageEstimated: estimated });
