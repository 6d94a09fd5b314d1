import { AppError } from '@agent-engine/errors';
import type { RunEvent } from '@agent-engine/agent-handlers';
import type { Owner } from '@agent-engine/models';
import type { Logger } from '@agent-engine/observability';
import { Partition } from '@agent-engine/partition';
import { ASK_MODEL_FUNCTION, MAX_RECEIVES, type ReceivedTask } from '@agent-engine/queue';
import { RunRecorder } from '../record/run-recorder.ts';
import { ToolCallRecorder } from '../record/tool-call-recorder.ts';
import { answerQuestion, usageMeter } from './answer-question.ts';
import { clientStream, type ClientStream } from './client-stream.ts';
import { runControl, type RunControl } from './run-limits.ts';
import type { RunServices } from './run-services.ts';
import { taskArguments } from './task-arguments.ts';
import { TaskRecord } from './task-record.ts';

/** One delivery of one question. */
interface Delivery {
  received: ReceivedTask;
  record: TaskRecord;
  control: RunControl;
  client: ClientStream;
  logger: Logger;
}

/** Answers one question per message, in the partition the message names. */
export class TaskHandler {
  private readonly services: RunServices;

  constructor(services: RunServices) {
    this.services = services;
  }

  /** Resolves when the task is final; rejects when the message shall come again. */
  async handle(received: ReceivedTask): Promise<void> {
    const { endpointId, partId } = received.message;
    const partition = Partition.of(endpointId, partId);
    await this.services.partitions.run(partition, () => this.inPartition(partition, received));
  }

  private async inPartition(partition: Partition, received: ReceivedTask): Promise<void> {
    const { models, push, limits } = this.services;
    const { message, receiveCount } = received;
    const { requestId, runUuid, asyncTaskUuid, threadUuid } = message;
    const logger = this.services.logger.child({ requestId, runUuid, attempt: receiveCount });
    const [task, owner] = await Promise.all([
      models.asyncTask.get(partition, { functionName: ASK_MODEL_FUNCTION, asyncTaskUuid }),
      models.ownerOf(partition, threadUuid),
    ]);
    if (!task) {
      logger.error('the task of a message does not exist in its partition');
      return;
    }
    const record = new TaskRecord(models, partition, task);
    const control = runControl(limits.runDeadlineMs, received.signal);
    const client = clientStream(push, message, { attempt: receiveCount, onGone: control.cancel, logger });
    try {
      await this.deliver({ received, record, control, client, logger }, owner);
    } finally {
      control.done();
    }
  }

  private async deliver(delivery: Delivery, owner: Owner | undefined): Promise<void> {
    const { received, record, client, logger } = delivery;
    if (record.isFinal) {
      // An earlier attempt got as far as this row, and perhaps not as far as telling the client.
      await this.tellAgain(delivery);
      return;
    }
    const meter = usageMeter();
    const finish = this.services.metrics.begin();
    try {
      if (!owner) throw new AppError('entity.notFound', 'The thread does not exist.');
      await this.answer(delivery, owner, meter);
      finish('completed');
    } catch (caught) {
      const error = AppError.from(caught);
      const last = received.receiveCount >= MAX_RECEIVES;
      // After the last delivery nobody would come back to this task: then it has to fail now.
      const again =
        error.isRetryable || (!last && (received.signal.aborted || error.code === 'storage.unavailable'));
      finish(again ? 'again' : error.code);
      if (again) throw caught;
      logger.warn({ err: caught }, 'a run failed');
      const notes = `${error.code}: ${error.message}`;
      await Promise.all([
        record.failed(notes),
        owner &&
          meter.total().totalTokens > 0 &&
          this.recorderFor(delivery, owner).cost(meter.total(), record.timeSpent),
      ]);
      await client.failed(notes);
    }
  }

  private async answer(
    delivery: Delivery,
    owner: Owner,
    meter: ReturnType<typeof usageMeter>,
  ): Promise<void> {
    const { received, record, control, client, logger } = delivery;
    const { threadUuid, runUuid, asyncTaskUuid } = received.message;
    const ask = taskArguments(record.task.arguments);
    const recorder = this.recorderFor(delivery, owner);
    const toolCalls = new ToolCallRecorder(this.services.models, owner, {
      runUuid,
      updatedBy: ask.updatedBy,
    });
    const ids = {
      agent_uuid: ask.agentUuid,
      thread_uuid: threadUuid,
      run_uuid: runUuid,
      current_run_uuid: runUuid,
      async_task_uuid: asyncTaskUuid,
    };
    if (received.receiveCount > 1) {
      const recorded = await recorder.recordedAnswer();
      if (recorded !== undefined) {
        await record.completed(recorded);
        await client.completed(ids);
        return;
      }
      await toolCalls.closeInterrupted();
    }
    await record.inProgress();
    const answer = await answerQuestion(this.services, {
      owner,
      runUuid,
      agentUuid: ask.agentUuid,
      text: ask.question,
      inputFiles: ask.inputFiles,
      signal: control.signal,
      recorder,
      logger,
      observe: async (event: RunEvent) => {
        await meter.observe(event);
        client.observe(event);
        await toolCalls.observe(event);
      },
    });
    await recorder.answer(answer, record.timeSpent);
    await record.completed(answer.text);
    await client.completed({
      ...ids,
      run_id: answer.responseId,
      prompt_tokens: answer.usage.promptTokens,
      completion_tokens: answer.usage.completionTokens,
      total_tokens: answer.usage.totalTokens,
      time_spent: record.timeSpent,
    });
  }

  private async tellAgain({ received, record, client }: Delivery): Promise<void> {
    const { runUuid: run_uuid, threadUuid: thread_uuid, asyncTaskUuid: async_task_uuid } = received.message;
    if (record.task.status === 'completed')
      await client.completed({ run_uuid, thread_uuid, async_task_uuid });
    else await client.failed(record.task.notes ?? '');
  }

  private recorderFor({ received, record }: Delivery, owner: Owner): RunRecorder {
    const { runUuid } = received.message;
    return new RunRecorder(this.services.models, owner, { runUuid, updatedBy: record.task.updatedBy });
  }
}
