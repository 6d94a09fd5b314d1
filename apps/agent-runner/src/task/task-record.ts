import type { AsyncTask } from '@agent-engine/entities';
import { millisecondsOf, type Models } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';

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

  async completed(result: string): Promise<void> {
    await this.change({ status: 'completed', result, notes: null, timeSpent: this.timeSpent });
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
