import { randomUUID } from 'node:crypto';
import type { AsyncTask, Run, Thread } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import type { InputFile } from '@agent-engine/files';
import { type Draft, Models, newUuid, Owner } from '@agent-engine/models';
import { PartitionContext } from '@agent-engine/partition';
import { ASK_MODEL_FUNCTION, MAX_TASK_DELAY_MS, type TaskMessage, TaskSender } from '@agent-engine/queue';
import { Inject, Injectable } from '@nestjs/common';

import { RequestIdContext } from '../http/request-id.context.ts';
import { type AskAnswer, AskPort, type AskRequest, type KeptFrames } from '../sockets/ask-port.ts';
import { AwsSocketContext } from '../sockets/aws-socket.context.ts';
import { CallbackAddress } from '../sockets/callback-address.ts';
import { StoredFrames } from './kept-frames.ts';
import { QuestionFiles } from './question-files.ts';
import { QuestionThreads } from './question-threads.ts';
import { RunCancellation } from './run-cancellation.ts';

/** A question is a row of messages, which with its two indexes has 400 KB for three copies of it. */
const MAX_QUESTION_BYTES = 120_000;

type QuestionIds = Pick<TaskMessage, 'runUuid' | 'asyncTaskUuid'>;

type KeptQuestion = Omit<AskRequest, 'inputFiles'> & { inputFiles: readonly InputFile[] };

interface QuestionRows {
  run: Draft<Run>;
  task: Draft<AsyncTask>;
}

/** A runner waits {@link MAX_TASK_DELAY_MS} for the task of a message; a message this much older may have been given up. */
const LATE_MS = MAX_TASK_DELAY_MS / 2;

/**
 * Takes a question: when everything is known to be fit to be written, one message of ids is queued, then run and task
 * are written, for which the runner waits. So there is never a task that no message tells of, whenever this process dies.
 * Whoever gets an answer from here can poll the task at once.
 */
@Injectable()
export class AskService extends AskPort {
  @Inject(Models) private readonly models!: Models;
  @Inject(PartitionContext) private readonly partition!: PartitionContext;
  @Inject(RequestIdContext) private readonly requestId!: RequestIdContext;
  @Inject(TaskSender) private readonly sender!: TaskSender;
  @Inject(AwsSocketContext) private readonly awsSocket!: AwsSocketContext;
  @Inject(CallbackAddress) private readonly callback!: CallbackAddress;
  @Inject(RunCancellation) private readonly cancellation!: RunCancellation;
  @Inject(QuestionFiles) private readonly files!: QuestionFiles;
  @Inject(QuestionThreads) private readonly threads!: QuestionThreads;

  override async ask(request: AskRequest): Promise<AskAnswer> {
    const partition = this.partition.current;
    assertAcceptable(request);
    const files = await this.files.read(partition, request.inputFiles);
    const [agent, thread] = await Promise.all([
      this.models.agent.active(partition, request.agentUuid),
      this.threads.of(partition, request),
    ]);
    if (!agent)
      throw new AppError('entity.notFound', 'There is no such agent, or none of its versions is active.', {
        details: { argument: 'agentUuid' },
      });
    const inputFiles = await this.files.keep(partition, files);
    const owner = Owner.of(partition, thread.item);
    const ids = { runUuid: request.runUuid ?? newUuid(), asyncTaskUuid: newUuid() };
    if (request.runUuid !== undefined && (await this.models.run.get(owner, ids))) {
      throw new AppError('entity.conflict', 'There is such a run already.', {
        details: { argument: 'runUuid' },
      });
    }
    await this.take(owner, thread, ids, { ...request, inputFiles });
    return {
      agentUuid: request.agentUuid,
      threadUuid: owner.threadUuid,
      userQuery: request.userQuery,
      functionName: ASK_MODEL_FUNCTION,
      asyncTaskUuid: ids.asyncTaskUuid,
      currentRunUuid: ids.runUuid,
    };
  }

  override async framesOf(threadUuid: string, runUuid: string): Promise<KeptFrames> {
    const owner = await this.models.ownerOf(this.partition.current, threadUuid);
    const run = owner && (await this.models.run.get(owner, { runUuid }));
    if (!run)
      throw new AppError('entity.notFound', 'There is no such run.', { details: { argument: 'run_uuid' } });
    return new StoredFrames(this.models, owner, runUuid);
  }

  override async abandoned(threadUuid: string, runUuid: string): Promise<void> {
    await this.cancellation.abandoned(this.partition.current, threadUuid, runUuid);
  }

  /** Queues the question, then writes it. Nothing is queued that could not be written. */
  private async take(
    owner: Owner,
    thread: Draft<Thread>,
    ids: QuestionIds,
    question: KeptQuestion,
  ): Promise<void> {
    const rows = await this.rowsOf(owner, ids, question);
    const message = this.messageFor(owner, ids, question);
    const begunAt = performance.now();
    const [sent, kept] = await Promise.allSettled([this.sender.send(message), thread.write()]);
    if (kept.status === 'rejected') throw kept.reason;
    if (sent.status === 'rejected') {
      const failed = await this.rowsOf(owner, ids, question, AppError.from(sent.reason));
      await failed.run.write();
      await failed.task.write();
      throw sent.reason;
    }
    await (question.runUuid === undefined ? writeOwn(rows) : writeChosen(rows));
    if (performance.now() - begunAt > LATE_MS) await this.sender.send(message, 'again');
  }

  private messageFor(
    { partition: { endpointId, partId }, threadUuid }: Owner,
    ids: QuestionIds,
    { agentUuid, connectionId, streamVersion }: AskRequest,
  ): TaskMessage {
    const connection =
      connectionId === undefined
        ? this.awsSocket.currentOrNone
        : { id: connectionId, callbackUrl: this.callback.url, streamVersion };
    return {
      version: 1,
      requestId: this.requestId.currentOrNone ?? randomUUID(),
      endpointId,
      partId,
      threadUuid,
      agentUuid,
      ...ids,
      ...(connection && { connection }),
    };
  }

  /** @param failure a question that could not be queued has failed from the start */
  private async rowsOf(
    owner: Owner,
    { runUuid, asyncTaskUuid }: QuestionIds,
    { agentUuid, userQuery, userId, stream, updatedBy, onDisconnect, inputFiles }: KeptQuestion,
    failure?: AppError,
  ): Promise<QuestionRows> {
    const [run, task] = await Promise.all([
      this.models.run.draft(owner, {
        runUuid,
        asyncTaskUuid,
        updatedBy,
        ...(failure ? { status: 'failed', errorCode: failure.code } : { status: 'queued' }),
      }),
      this.models.asyncTask.draft(owner.partition, {
        functionName: ASK_MODEL_FUNCTION,
        asyncTaskUuid,
        arguments: {
          agent_uuid: agentUuid,
          thread_uuid: owner.threadUuid,
          run_uuid: runUuid,
          user_query: userQuery,
          stream: stream ?? false,
          updated_by: updatedBy,
          ...(userId != null && { user_id: userId }),
          ...(onDisconnect != null && { on_disconnect: onDisconnect }),
          ...(inputFiles.length > 0 && { input_files: inputFiles }),
        },
        updatedBy,
        ...(failure && { status: 'failed', notes: `${failure.code}: ${failure.message}` }),
      }),
    ]);
    return { run, task };
  }
}

/** The id of the client's run may have been taken a moment ago, by another question of its: then there must be no task. */
async function writeChosen({ run, task }: QuestionRows): Promise<void> {
  await run.write();
  await task.write();
}

/** An id of ours is nobody else's: a run that is there already was written by the runner, which had seen the task first. */
async function writeOwn({ run, task }: QuestionRows): Promise<void> {
  const runWritten = run.write().catch((error: unknown) => {
    if (!AppError.is(error, 'entity.conflict')) throw error;
  });
  await Promise.all([runWritten, task.write()]);
}

function assertAcceptable({ userQuery, threadLifeMinutes }: AskRequest): void {
  if (userQuery.trim() === '') throw invalid('userQuery', 'must not be empty');
  const bytes = Buffer.byteLength(userQuery);
  if (bytes > MAX_QUESTION_BYTES) {
    throw new AppError(
      'argument.tooLarge',
      `userQuery has ${bytes} bytes; at most ${MAX_QUESTION_BYTES} are taken.`,
    );
  }
  if (threadLifeMinutes != null && threadLifeMinutes < 0)
    throw invalid('threadLifeMinutes', 'must not be negative');
}

const invalid = (argument: string, rule: string) =>
  new AppError('argument.invalid', `${argument} ${rule}.`, { details: { argument } });
