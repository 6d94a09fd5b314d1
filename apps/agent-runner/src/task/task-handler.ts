import { AppError } from '@agent-engine/errors';
import { outputFormat, type RunEvent, UsageMeter } from '@agent-engine/agent-handlers';
import type { Owner } from '@agent-engine/models';
import type { Logger } from '@agent-engine/observability';
import { Partition } from '@agent-engine/partition';
import { ASK_MODEL_FUNCTION, MAX_RECEIVES, type ReceivedTask } from '@agent-engine/queue';
import { RunRecorder } from '../record/run-recorder.ts';
import { ToolCallRecorder } from '../record/tool-call-recorder.ts';
import { recordUsage, type UsageFacts } from '../record/usage-recorder.ts';
import type { AgentSetup } from './agent-setup.ts';
import { answerQuestion } from './answer-question.ts';
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
  meter: UsageMeter;
  /** The agent, once it is there. */
  setup?: AgentSetup;
  userId?: string;
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
    const client = clientStream(message, {
      push,
      models,
      owner,
      attempt: receiveCount,
      onGone: control.cancel,
      logger,
    });
    try {
      const meter = new UsageMeter();
      await this.deliver({ received, record, control, client, logger, meter }, owner);
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
    const finish = this.services.metrics.begin();
    try {
      if (!owner) throw new AppError('entity.notFound', 'The thread does not exist.');
      await this.answer(delivery, owner);
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
      const used = delivery.meter.total();
      await Promise.all([
        record.failed(notes),
        owner && used.steps > 0 && this.recorderFor(delivery, owner).cost(used, record.timeSpent),
        owner && this.recordUsage(delivery, owner, error.code === 'run.cancelled' ? 'cancelled' : 'failed'),
      ]);
      await client.failed(notes, idsOf(delivery));
    }
  }

  private async answer(delivery: Delivery, owner: Owner): Promise<void> {
    const { received, record, control, client, logger, meter } = delivery;
    const { runUuid } = received.message;
    const ask = taskArguments(record.task.arguments);
    delivery.userId = ask.userId;
    const recorder = this.recorderFor(delivery, owner);
    const toolCalls = new ToolCallRecorder(this.services.models, owner, {
      runUuid,
      updatedBy: ask.updatedBy,
    });
    const ids = { agent_uuid: ask.agentUuid, ...idsOf(delivery) };
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
      deadlineAt: control.deadlineAt,
      recorder,
      logger,
      onLoaded: (setup) => {
        delivery.setup = setup;
        meter.prompt(setup.messages, setup.agent.instructions ?? '');
        client.begin({
          dataFormat: outputFormat(setup.agent.configuration),
          resumable: (ask.onDisconnect ?? setup.settings.on_disconnect) === 'finish',
          ...(received.receiveCount > 1 && { textLength: 0 }),
        });
      },
      observe: async (event: RunEvent) => {
        meter.observe(event);
        await client.observe(event);
        await toolCalls.observe(event);
      },
    });
    const used = meter.total();
    await Promise.all([
      recorder.answer(answer, used, record.timeSpent),
      this.recordUsage(delivery, owner, 'completed'),
    ]);
    await record.completed(answer.text);
    await client.completed({
      ...ids,
      run_id: answer.responseId,
      prompt_tokens: used.tokens.promptTokens,
      completion_tokens: used.tokens.completionTokens,
      total_tokens: used.tokens.totalTokens,
      cached_tokens: used.tokens.cachedTokens,
      reasoning_tokens: used.tokens.reasoningTokens,
      time_spent: record.timeSpent,
    });
  }

  private async tellAgain(delivery: Delivery): Promise<void> {
    const { record, client } = delivery;
    if (record.task.status === 'completed') await client.completed(idsOf(delivery));
    else await client.failed(record.task.notes ?? '', idsOf(delivery));
  }

  private recordUsage(delivery: Delivery, owner: Owner, status: UsageFacts['status']): Promise<void> {
    const { received, record, meter, setup } = delivery;
    const { runUuid } = received.message;
    const { llmProvider, llmName, agentUuid } = setup?.agent ?? {};
    const facts = {
      runUuid,
      task: record.task,
      agentUuid,
      userId: delivery.userId,
      llmProvider,
      llmName,
      status,
    };
    return recordUsage(this.services.models, owner, facts, meter.total());
  }

  private recorderFor({ received, record }: Delivery, owner: Owner): RunRecorder {
    const { runUuid } = received.message;
    return new RunRecorder(this.services.models, owner, { runUuid, updatedBy: record.task.updatedBy });
  }
}

/** Names of everything that belongs to one question, as clients know them. */
function idsOf({ received }: Delivery) {
  const { threadUuid, runUuid, asyncTaskUuid } = received.message;
  return {
    thread_uuid: threadUuid,
    run_uuid: runUuid,
    current_run_uuid: runUuid,
    async_task_uuid: asyncTaskUuid,
  };
}
