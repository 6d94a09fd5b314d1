import { randomUUID } from 'node:crypto';
import type { Thread } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import type { InputFile } from '@agent-engine/files';
import { Models, newUuid, Owner, timestampOf } from '@agent-engine/models';
import { type Partition, PartitionContext } from '@agent-engine/partition';
import { ASK_MODEL_FUNCTION, MAX_TASK_DELAY_MS, type TaskMessage, TaskSender } from '@agent-engine/queue';
import { Inject, Injectable } from '@nestjs/common';

import { RequestIdContext } from '../http/request-id.context.ts';
import { type AskAnswer, AskPort, type AskRequest, type KeptFrames } from '../sockets/ask-port.ts';
import { AwsSocketContext } from '../sockets/aws-socket.context.ts';
import { CallbackAddress } from '../sockets/callback-address.ts';
import { StoredFrames } from './kept-frames.ts';
import { QuestionFiles } from './question-files.ts';
import { RunCancellation } from './run-cancellation.ts';

/** A question is a row of messages, which with its two indexes has 400 KB for three copies of it. */
const MAX_QUESTION_BYTES = 120_000;
const DEFAULT_THREAD_LIFE_MINUTES = 30;

type QuestionIds = Pick<TaskMessage, 'runUuid' | 'asyncTaskUuid'>;

/** A runner waits {@link MAX_TASK_DELAY_MS} for the task of a message; a message this much older may have been given up. */
const LATE_MS = MAX_TASK_DELAY_MS / 2;

/**
 * Takes a question: one message of ids is queued, then run and task are written, for which the runner waits. So there is
 * never a task that no message tells of, whenever this process dies. Whoever gets an answer from here can poll the task
 * at once.
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

  override async ask(request: AskRequest): Promise<AskAnswer> {
    const partition = this.partition.current;
    assertAcceptable(request);
    const files = await this.files.read(partition, request.inputFiles);
    const [agent, known] = await Promise.all([
      this.models.agent.active(partition, request.agentUuid),
      this.knownThread(partition, request),
    ]);
    if (!agent)
      throw new AppError('entity.notFound', 'There is no such agent, or none of its versions is active.', {
        details: { argument: 'agentUuid' },
      });
    const inputFiles = await this.files.keep(partition, files);
    const thread = known ?? (await this.newThread(partition, request));
    const owner = Owner.of(partition, thread);
    const { agentUuid, userQuery } = request;
    const ids = { runUuid: request.runUuid ?? newUuid(), asyncTaskUuid: newUuid() };
    const { runUuid, asyncTaskUuid } = ids;
    if (known && request.runUuid !== undefined && (await this.models.run.get(owner, { runUuid }))) {
      throw new AppError('entity.conflict', 'There is such a run already.', {
        details: { argument: 'runUuid' },
      });
    }
    const message = this.messageFor(owner, ids, request);
    const begunAt = performance.now();
    try {
      await this.sender.send(message);
    } catch (error) {
      await this.record(owner, ids, request, inputFiles, AppError.from(error));
      throw error;
    }
    await this.record(owner, ids, request, inputFiles);
    if (performance.now() - begunAt > LATE_MS) await this.sender.send(message, 'again');
    return {
      agentUuid,
      threadUuid: thread.threadUuid,
      userQuery,
      functionName: ASK_MODEL_FUNCTION,
      asyncTaskUuid,
      currentRunUuid: runUuid,
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

  /** The thread the caller names, or with a user the newest one of this agent and user that is young enough. */
  private async knownThread(partition: Partition, request: AskRequest): Promise<Thread | undefined> {
    const { threadUuid, agentUuid, userId, createThread } = request;
    if (threadUuid != null) {
      const thread = await this.models.thread.get(partition, { threadUuid });
      const anotherUsers = userId != null && thread?.userId != null && thread.userId !== userId;
      if (anotherUsers || (!thread && !createThread)) throw threadNotFound();
      return thread;
    }
    // Without a user nobody can say whose thread it would be: then always a new one.
    if (userId == null) return undefined;
    const lifeMinutes = request.threadLifeMinutes ?? DEFAULT_THREAD_LIFE_MINUTES;
    const createdAtGt = timestampOf(new Date(Date.now() - lifeMinutes * 60_000));
    const { items } = await this.models.thread.list(partition, { agentUuid, userId, createdAtGt, limit: 1 });
    return items[0];
  }

  private async newThread(partition: Partition, request: AskRequest): Promise<Thread> {
    const { threadUuid, agentUuid, userId } = request;
    if (threadUuid != null && (await this.models.isThreadTaken(threadUuid))) throw threadNotFound();
    try {
      return await this.models.thread.create(partition, { threadUuid, agentUuid, userId });
    } catch (error) {
      // Two first questions of one thread at once: the other has created it.
      const existing =
        threadUuid != null && AppError.is(error, 'entity.conflict')
          ? await this.models.thread.get(partition, { threadUuid })
          : undefined;
      if (existing) return existing;
      throw error;
    }
  }

  private messageFor(
    { partition: { endpointId, partId }, threadUuid }: Owner,
    ids: QuestionIds,
    { connectionId, streamVersion }: AskRequest,
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
      ...ids,
      ...(connection && { connection }),
    };
  }

  /** The task comes last: a runner begins when it is there. One that could not be queued has failed from the start. */
  private async record(
    owner: Owner,
    { runUuid, asyncTaskUuid }: QuestionIds,
    { agentUuid, userQuery, userId, stream, updatedBy, onDisconnect }: AskRequest,
    inputFiles: readonly InputFile[],
    failure?: AppError,
  ): Promise<void> {
    await this.models.run.create(owner, {
      runUuid,
      asyncTaskUuid,
      updatedBy,
      ...(failure ? { status: 'failed', errorCode: failure.code } : { status: 'queued' }),
    });
    await this.models.asyncTask.create(owner.partition, {
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
    });
  }
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

const threadNotFound = () =>
  new AppError('entity.notFound', 'There is no such thread.', { details: { argument: 'threadUuid' } });
