import { randomUUID } from 'node:crypto';
import type { Thread } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import { Models, newUuid, Owner, timestampOf } from '@agent-engine/models';
import { type Partition, PartitionContext } from '@agent-engine/partition';
import { ASK_MODEL_FUNCTION, TaskSender } from '@agent-engine/queue';
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

/**
 * Takes a question: thread, run and task are written, then one message of ids is queued. Whoever gets an answer from
 * here can poll the task at once.
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
    const { agentUuid, userQuery, userId, stream, updatedBy, onDisconnect } = request;
    const asyncTaskUuid = newUuid();
    const { runUuid } = await this.models.run.create(owner, {
      runUuid: request.runUuid,
      status: 'queued',
      asyncTaskUuid,
      updatedBy,
    });
    await this.models.asyncTask.create(partition, {
      functionName: ASK_MODEL_FUNCTION,
      asyncTaskUuid,
      arguments: {
        agent_uuid: agentUuid,
        thread_uuid: thread.threadUuid,
        run_uuid: runUuid,
        user_query: userQuery,
        stream: stream ?? false,
        updated_by: updatedBy,
        ...(userId != null && { user_id: userId }),
        ...(onDisconnect != null && { on_disconnect: onDisconnect }),
        ...(inputFiles.length > 0 && { input_files: inputFiles }),
      },
      updatedBy,
    });
    await this.enqueue(owner, runUuid, asyncTaskUuid, request);
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

  /** A task that cannot be queued has failed: it does not stay open for those who poll it. */
  private async enqueue(
    owner: Owner,
    runUuid: string,
    asyncTaskUuid: string,
    { connectionId, streamVersion }: AskRequest,
  ): Promise<void> {
    const connection =
      connectionId === undefined
        ? this.awsSocket.currentOrNone
        : { id: connectionId, callbackUrl: this.callback.url, streamVersion };
    const { partition, threadUuid } = owner;
    const { endpointId, partId } = partition;
    try {
      await this.sender.send({
        version: 1,
        requestId: this.requestId.currentOrNone ?? randomUUID(),
        endpointId,
        partId,
        threadUuid,
        runUuid,
        asyncTaskUuid,
        ...(connection && { connection }),
      });
    } catch (error) {
      const { code, message } = AppError.from(error);
      await Promise.all([
        this.models.asyncTask.update(
          partition,
          { functionName: ASK_MODEL_FUNCTION, asyncTaskUuid },
          { status: 'failed', notes: `${code}: ${message}` },
        ),
        this.models.run.update(owner, { runUuid }, { status: 'failed', errorCode: code }),
      ]);
      throw error;
    }
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
