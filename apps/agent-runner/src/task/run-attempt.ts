import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError, type ErrorCode } from '@agent-engine/errors';
import {
  answerOf,
  outputFormat,
  type RunAnswer,
  type RunEvent,
  takenSteps,
  UsageMeter,
} from '@agent-engine/agent-handlers';
import type { Owner } from '@agent-engine/models';
import type { Logger } from '@agent-engine/observability';
import type { ReceivedTask } from '@agent-engine/queue';
import { RunRecorder } from '../record/run-recorder.ts';
import { ToolCallRecorder } from '../record/tool-call-recorder.ts';
import { recordUsage, type UsageFacts } from '../record/usage-recorder.ts';
import type { CancellationWatch, CancelReason } from '../run/cancellation-watch.ts';
import { DurableJournal } from '../run/durable-journal.ts';
import type { RunLease } from '../run/run-lease.ts';
import { type AgentAhead, type AgentSetup, loadAgent } from './agent-setup.ts';
import { answerQuestion } from './answer-question.ts';
import { claimOutputFiles } from './claim-output-files.ts';
import { clientStream, type ClientStream } from './client-stream.ts';
import { keepOutputFiles } from './output-files.ts';
import { PlacedFiles } from './placed-files.ts';
import { RunControl } from './run-control.ts';
import type { RunServices } from './run-services.ts';
import { type TaskArguments, taskArguments } from './task-arguments.ts';
import type { TaskRecord } from './task-record.ts';
import { idsOf } from './tell-outcome.ts';

/** So many attempts in a row may come to nothing: a question that kills its runners must not do so for ever. */
const MAX_FRUITLESS_ATTEMPTS = 8;

/** What another attempt may be spared. */
const PASSING = new Set<ErrorCode>(['storage.unavailable', 'run.interrupted']);

export interface AttemptFacts {
  received: ReceivedTask;
  record: TaskRecord;
  owner: Owner;
  lease: RunLease;
  ahead?: AgentAhead;
  logger: Logger;
}

/** One attempt to answer one question, by whoever holds its lease. */
export class RunAttempt {
  private readonly services: RunServices;
  private readonly facts: AttemptFacts;
  private readonly control: RunControl;
  private readonly client: ClientStream;
  private readonly recorder: RunRecorder;
  private readonly toolCalls: ToolCallRecorder;
  private readonly meter = new UsageMeter();
  private readonly unwatch: () => void;
  private journal: DurableJournal | undefined;
  private placedFiles: PlacedFiles | undefined;
  private ask: TaskArguments | undefined;
  private setup: AgentSetup | undefined;
  /** That the run has begun; written while it goes on. */
  private noted: Promise<void> = Promise.resolve();
  /** The client has left, which nobody minds until it is known whether the run shall go on without it. */
  private isLeft: boolean;

  constructor(services: RunServices, watch: CancellationWatch, facts: AttemptFacts) {
    const { received, record, owner, lease, logger } = facts;
    const { models, limits } = services;
    const { message } = received;
    const { runUuid } = message;
    const by = { runUuid, updatedBy: record.task.updatedBy };
    this.services = services;
    this.facts = facts;
    this.control = new RunControl(limits.runDeadlineMs - lease.state.workedMs, [received.signal, lease.lost]);
    this.recorder = new RunRecorder(models, owner, by);
    this.toolCalls = new ToolCallRecorder(models, owner, by);
    this.isLeft = lease.state.cancelled === 'gone';
    this.client = clientStream(message, {
      ...services,
      owner,
      attempt: lease.attempt,
      onGone: () => this.cancel('gone'),
      logger,
    });
    this.unwatch = watch.watch({ owner, runUuid, onCancel: (why) => this.cancel(why) });
    if (lease.state.cancelled === 'asked') this.cancel('asked');
  }

  /** Resolves when the task is final and the client knows; rejects when another attempt shall follow. */
  async run(): Promise<void> {
    const finish = this.services.metrics.begin();
    try {
      await this.answer();
      finish('completed');
      this.removePlacedFiles();
    } catch (caught) {
      const error = AppError.from(caught);
      const again = this.isToComeAgain(error);
      finish(again ? 'again' : error.code);
      if (again) throw caught;
      this.facts.logger.warn({ err: caught }, 'a run failed');
      await this.fail(error);
      this.removePlacedFiles();
    } finally {
      this.unwatch();
      this.control.done();
    }
  }

  private async answer(): Promise<void> {
    const { lease, record, owner } = this.facts;
    const { models } = this.services;
    this.ask = taskArguments(record.task.arguments);
    this.journal = await DurableJournal.open(models, owner, lease);
    this.placedFiles = new PlacedFiles(this.journal);
    if (lease.attempt - this.journal.lastFruitful > MAX_FRUITLESS_ATTEMPTS) {
      throw new AppError('run.interrupted', 'The runner was interrupted too often.');
    }
    this.control.signal.throwIfAborted();
    // The answer may be whole already, with only its records missing; then it needs no agent any more.
    const steps = takenSteps(this.journal);
    const known = answerOf(steps);
    if (known) {
      for (const [step, turn] of steps.entries()) {
        this.meter.observe({ type: 'step-restored', step, ...turn });
      }
      await this.recorder.question(this.ask.question);
      await this.complete(known);
      return;
    }
    const [answer] = await Promise.all([
      this.question(this.ask, this.journal, this.placedFiles, steps.map(({ text }) => text).join('').length),
      lease.attempt > 1 && this.toolCalls.resume(),
    ]);
    await this.noted;
    await this.complete(answer);
  }

  private question(
    ask: TaskArguments,
    journal: DurableJournal,
    placedFiles: PlacedFiles,
    textLength: number,
  ): Promise<RunAnswer> {
    const { received, owner, lease, ahead, logger } = this.facts;
    return answerQuestion(this.services, {
      owner,
      ahead,
      runUuid: received.message.runUuid,
      agentUuid: ask.agentUuid,
      text: ask.question,
      inputFiles: ask.inputFiles,
      control: this.control,
      journal,
      placedFiles,
      recorder: this.recorder,
      logger,
      onLoaded: (setup) => {
        this.setup = setup;
        this.meter.prompt(setup.messages, setup.agent.instructions ?? '');
        this.client.begin({
          dataFormat: outputFormat(setup.agent.configuration),
          resumable: this.outlivesClient,
          ...(lease.attempt > 1 && { textLength }),
        });
        if (this.isLeft) this.cancel('gone');
        this.noted = this.noteBegin();
        this.noted.catch(() => {}); // awaited before the end is noted
      },
      observe: (event) => this.observe(event),
    });
  }

  /** The model is asked first: nobody waits for this. */
  private async noteBegin(): Promise<void> {
    const { lease, record } = this.facts;
    await nextTurn();
    await Promise.all([record.inProgress(), this.recorder.begun(lease.attempt, record.task.asyncTaskUuid)]);
  }

  private async observe(event: RunEvent): Promise<void> {
    this.facts.lease.assertHeld();
    this.meter.observe(event);
    await this.client.observe(event);
    // What the client has been told of a step stands: it is not told again by whoever goes on.
    if (event.type === 'step-finished') await this.client.drained();
    await this.toolCalls.observe(event);
  }

  /** Everything here may have been done before, by an attempt that did not get to the end of it. */
  private async complete(answer: RunAnswer): Promise<void> {
    const { received, record, owner, lease, logger } = this.facts;
    const used = this.meter.total();
    const { tokens } = used;
    const files = await keepOutputFiles(
      this.services.files,
      owner.partition,
      received.message.runUuid,
      answer.files,
      logger,
    );
    await claimOutputFiles({ ...this.services, logger }, owner.partition, this.ask?.agentUuid, answer.files);
    lease.assertHeld();
    await Promise.all([this.recorder.answer(answer, used, record.timeSpent), this.recordUsage('completed')]);
    await record.completed(answer.text, files);
    await this.client.completed({
      agent_uuid: this.ask?.agentUuid,
      ...idsOf(received.message),
      run_id: answer.responseId,
      prompt_tokens: tokens.promptTokens,
      completion_tokens: tokens.completionTokens,
      total_tokens: tokens.totalTokens,
      cached_tokens: tokens.cachedTokens,
      reasoning_tokens: tokens.reasoningTokens,
      time_spent: record.timeSpent,
    });
  }

  private async fail(error: AppError): Promise<void> {
    const { received, record, lease } = this.facts;
    const notes = `${error.code}: ${error.message}`;
    const status = error.code === 'run.cancelled' ? 'cancelled' : 'failed';
    // Whatever became of it: it must not be written after the end.
    await this.noted.catch(() => {});
    await this.toolCalls.closeOpen(status === 'cancelled' ? 'The run was cancelled.' : 'The run has failed.');
    await Promise.all([
      this.recorder.ended(
        { status, errorCode: error.code, attempts: lease.attempt },
        this.meter.total(),
        record.timeSpent,
      ),
      this.recordUsage(status),
    ]);
    await record.failed(notes);
    await this.client.failed(notes, idsOf(received.message));
  }

  /** Nobody waits for that: the answer is told, and the next question of the thread may begin. */
  private removePlacedFiles(): void {
    const { placedFiles, ask, setup } = this;
    if (!placedFiles || !ask || placedFiles.isEmpty) return;
    const { owner } = this.facts;
    const agent = setup ?? loadAgent(this.services, owner.partition, ask.agentUuid, owner);
    const removed = Promise.resolve(agent).then(({ models }) => placedFiles.remove(models));
    this.services.afterwork.add('files of a question are still at its provider', removed);
  }

  private isToComeAgain(error: AppError): boolean {
    const { received, lease } = this.facts;
    // With the lease goes the right to record anything, a failure included.
    if (lease.lost.aborted || received.signal.aborted || error.isRetryable) return true;
    const fruitless = lease.attempt - (this.journal?.lastFruitful ?? 0);
    return PASSING.has(error.code) && fruitless <= MAX_FRUITLESS_ATTEMPTS;
  }

  private get outlivesClient(): boolean {
    return (this.ask?.onDisconnect ?? this.setup?.settings.on_disconnect) === 'finish';
  }

  private cancel(why: CancelReason): void {
    if (why === 'asked') this.control.cancel('The run was cancelled.');
    else if (!this.setup) this.isLeft = true;
    else if (!this.outlivesClient)
      this.control.cancel('The client went away before the answer was complete.');
  }

  private recordUsage(status: UsageFacts['status']): Promise<void> {
    const { received, record, owner } = this.facts;
    const { llmProvider, llmName } = this.setup?.agent ?? {};
    const facts = {
      runUuid: received.message.runUuid,
      task: record.task,
      agentUuid: this.ask?.agentUuid,
      userId: this.ask?.userId,
      llmProvider,
      llmName,
      status,
    };
    return recordUsage(this.services.models, owner, facts, this.meter.total());
  }
}
