import { setTimeout as delay } from 'node:timers/promises';
import type { AsyncTask } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import { type GraphqlContext, JsonCamelCase, snakeKeys } from '@agent-engine/graphql';
import { Models } from '@agent-engine/models';
import { ASK_MODEL_FUNCTION, TaskSender } from '@agent-engine/queue';
import { Inject } from '@nestjs/common';
import { Args, Context, Field, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import { z } from 'zod';
import { QuestionFiles } from './question-files.ts';

/** Longer than a run may take. */
const MAX_WAIT_MS = 150_000;
const POLL_MS = 500;

const askArguments = z.looseObject({
  agent_uuid: z.string(),
  thread_uuid: z.string(),
  run_uuid: z.string(),
  user_query: z.string().min(1),
  updated_by: z.string(),
  input_files: z.unknown().optional(),
});

@ObjectType('ExecuteAskModel')
class ExecuteAskModel {
  @Field(() => Boolean, { nullable: true }) ok!: boolean;
}

/** Runs a task that exists and waits for its end: `ok` says whether it completed. */
@Resolver()
export class ExecuteResolver {
  @Inject(Models) private readonly models!: Models;
  @Inject(TaskSender) private readonly sender!: TaskSender;
  @Inject(QuestionFiles) private readonly files!: QuestionFiles;

  @Mutation(() => ExecuteAskModel, { nullable: true })
  async executeAskModel(
    @Args('asyncTaskUuid', { type: () => String }) asyncTaskUuid: string,
    @Args('arguments', { type: () => JsonCamelCase }) asked: unknown,
    @Context() { partition, identity }: GraphqlContext,
  ): Promise<ExecuteAskModel> {
    const key = { functionName: ASK_MODEL_FUNCTION, asyncTaskUuid };
    const ask = askArguments.safeParse(snakeKeys(asked));
    if (!ask.success) {
      const missing = ask.error.issues.map(({ path }) => `arguments.${path.join('.')}`);
      throw new AppError('argument.required', `executeAskModel needs ${missing.join(', ')}.`);
    }
    const { thread_uuid: threadUuid, run_uuid: runUuid, input_files: given } = ask.data;
    const files = await this.files.read(partition, given);
    // All that the task refers to must be the caller's, or it must not run.
    const [task, owner] = await Promise.all([
      this.models.asyncTask.get(partition, key),
      this.models.ownerOf(partition, threadUuid),
    ]);
    const run = owner && (await this.models.run.get(owner, { runUuid }));
    if (!task) throw new AppError('entity.notFound', 'There is no such asyncTask.');
    if (!run) throw new AppError('entity.notFound', 'There is no such run.');
    if (!isFinal(task)) {
      await this.models.asyncTask.update(partition, key, {
        arguments: {
          ...ask.data,
          ...(given != null && { input_files: await this.files.keep(partition, files) }),
        },
        updatedBy: ask.data.updated_by,
      });
      const { endpointId, partId } = partition;
      const { requestId } = identity;
      await this.sender.send({
        version: 1,
        requestId,
        endpointId,
        partId,
        threadUuid,
        runUuid,
        asyncTaskUuid,
      });
    }
    for (const end = Date.now() + MAX_WAIT_MS; Date.now() < end; await delay(POLL_MS)) {
      const current = await this.models.asyncTask.get(partition, key);
      if (!current || isFinal(current)) return { ok: current?.status === 'completed' };
    }
    return { ok: false };
  }
}

const isFinal = ({ status }: AsyncTask) => status === 'completed' || status === 'failed';
