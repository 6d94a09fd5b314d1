import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@agent-engine/errors';
import { PartitionContext } from '@agent-engine/partition';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Inject, Injectable, Module } from '@nestjs/common';
import { Args, Context, GraphQLModule, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Request } from 'express';
import {
  type AskAnswer,
  AskPort,
  type AskRequest,
  type KeptFrame,
  type KeptFrames,
} from '../src/sockets/ask-port.ts';
import { requestIdentity } from '../src/http/request-identity.ts';

/** A schema that tells in which partition and for whom it runs. */
@Resolver()
class ProbeResolver {
  @Inject(PartitionContext) private readonly partition!: PartitionContext;

  @Query(() => [String])
  async partitions(@Args('delays', { type: () => [Int] }) delays: number[]): Promise<string[]> {
    const seen: string[] = [this.partition.key];
    for (const ms of delays) {
      await delay(ms);
      seen.push(this.partition.key);
    }
    return seen;
  }

  @Query(() => String)
  identity(@Context('req') request: Request): string {
    return JSON.stringify(requestIdentity(request));
  }

  @Query(() => String)
  broken(): string {
    throw new Error('at /srv/secret.js');
  }

  @Mutation(() => String)
  touch(): string {
    return this.partition.key;
  }
}

/** Takes questions and keeps them; the spec plays the runner. */
@Injectable()
export class Questions extends AskPort {
  @Inject(PartitionContext) private readonly partition!: PartitionContext;
  readonly asked: (AskRequest & { partition: string })[] = [];
  /** What a runner keeps, by run. */
  readonly kept = new Map<string, { frames: KeptFrame[]; over: boolean }>();

  override framesOf(threadUuid: string, runUuid: string): Promise<KeptFrames> {
    const run = this.kept.get(`${this.partition.key}/${threadUuid}/${runUuid}`);
    if (!run) throw new AppError('entity.notFound', 'There is no such run.');
    return Promise.resolve({
      after: (seq) => Promise.resolve(run.frames.filter((frame) => frame.seq > seq)),
      isOver: () => Promise.resolve(run.over),
    });
  }

  readonly left: { partition: string; threadUuid: string; runUuid: string }[] = [];

  override abandoned(threadUuid: string, runUuid: string): Promise<void> {
    this.left.push({ partition: this.partition.key, threadUuid, runUuid });
    return Promise.resolve();
  }

  override async ask(request: AskRequest): Promise<AskAnswer> {
    if (request.agentUuid === 'unknown') throw new AppError('entity.notFound', 'There is no such agent.');
    if (request.agentUuid === 'broken') throw new Error('ECONNREFUSED 10.0.0.7');
    this.asked.push({ ...request, partition: this.partition.key });
    const currentRunUuid = request.runUuid ?? `run${this.asked.length}`;
    await delay(request.userQuery === 'slowly taken' ? 100 : 5);
    return {
      agentUuid: request.agentUuid,
      threadUuid: request.threadUuid ?? 'thread',
      userQuery: request.userQuery,
      functionName: 'async_execute_ask_model',
      asyncTaskUuid: 'task',
      currentRunUuid,
    };
  }
}

@Module({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      graphiql: false,
    }),
  ],
  providers: [ProbeResolver, Questions, { provide: AskPort, useExisting: Questions }],
  exports: [AskPort],
})
export class ProbeModule {}
