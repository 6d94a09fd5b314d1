import type { Thread } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import { type Draft, Models, timestampOf } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import { Inject, Injectable } from '@nestjs/common';
import type { AskRequest } from '../sockets/ask-port.ts';

const DEFAULT_THREAD_LIFE_MINUTES = 30;

/** The thread that a question goes into. */
@Injectable()
export class QuestionThreads {
  @Inject(Models) private readonly models!: Models;

  /**
   * The thread the caller names, or with a user the newest one of this agent and user that is young enough; otherwise a
   * new one, which is still to be written.
   * @throws AppError `entity.notFound`
   */
  async of(partition: Partition, request: AskRequest): Promise<Draft<Thread>> {
    const known = await this.known(partition, request);
    return known ? { item: known, write: () => Promise.resolve() } : this.new(partition, request);
  }

  private async known(partition: Partition, request: AskRequest): Promise<Thread | undefined> {
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

  private async new(partition: Partition, request: AskRequest): Promise<Draft<Thread>> {
    const { threadUuid, agentUuid, userId } = request;
    if (threadUuid != null && (await this.models.isThreadTaken(threadUuid))) throw threadNotFound();
    const draft = await this.models.thread.draft(partition, { threadUuid, agentUuid, userId });
    return {
      item: draft.item,
      write: async () => {
        try {
          await draft.write();
        } catch (error) {
          // Two first questions of one thread at once: the other has created it.
          const { threadUuid } = draft.item;
          const isThere =
            AppError.is(error, 'entity.conflict') &&
            (await this.models.thread.get(partition, { threadUuid }));
          if (!isThere) throw error;
        }
      },
    };
  }
}

const threadNotFound = () =>
  new AppError('entity.notFound', 'There is no such thread.', { details: { argument: 'threadUuid' } });
