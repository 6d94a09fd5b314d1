import type { JsonValue } from '@agent-engine/agent-handlers';
import type { AsyncTask } from '@agent-engine/entities';
import { millisecondsOf, type Models } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import { cut } from '../record/cut.ts';

/** Of the 400 KB of a row, what its answer, question and files may have together. */
const MAX_BYTES = 390_000;

/** The task row of one question: what clients poll. */
export class TaskRecord {
  readonly task: AsyncTask;
  private readonly models: Models;
  private readonly partition: Partition;

  constructor(models: Models, partition: Partition, task: AsyncTask) {
    this.models = models;
    this.partition = partition;
    this.task = task;
  }

  get isFinal(): boolean {
    return this.task.status === 'completed' || this.task.status === 'failed';
  }

  /** Milliseconds since the question was asked. */
  get timeSpent(): number {
    return Math.max(0, Date.now() - millisecondsOf(this.task.createdAt));
  }

  async inProgress(): Promise<void> {
    await this.change({ status: 'in_progress' });
  }

  /** An answer that does not fit into the row beside the question is cut; the messages of the run have all of it. */
  async completed(answer: string, outputFiles: JsonValue[]): Promise<void> {
    const taken = Buffer.byteLength(JSON.stringify([this.task.arguments, outputFiles]));
    const result = cut(answer, MAX_BYTES - taken, ' […] [The whole answer is in the messages of this run.]');
    const ended = { status: 'completed', result, notes: null, timeSpent: this.timeSpent };
    await this.change({ ...ended, ...(outputFiles.length > 0 && { outputFiles }) });
  }

  /** @param notes `code: sentence`, both fit for clients */
  async failed(notes: string): Promise<void> {
    await this.change({ status: 'failed', notes, timeSpent: this.timeSpent });
  }

  private async change(changes: Record<string, unknown>): Promise<void> {
    const { functionName, asyncTaskUuid, updatedBy } = this.task;
    await this.models.asyncTask.update(
      this.partition,
      { functionName, asyncTaskUuid },
      { ...changes, updatedBy },
    );
  }
}
