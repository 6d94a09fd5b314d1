import type { Run } from '@agent-engine/entities';
import type { GraphqlContext } from '@agent-engine/graphql';
import { Inject } from '@nestjs/common';
import { Args, Context, Field, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import { RunType } from '../entities/run.resolver.ts';
import { RunCancellation } from './run-cancellation.ts';

@ObjectType('CancelRun')
class CancelRun {
  @Field(() => Boolean, {
    nullable: true,
    description: 'False: the run had ended before. True: it has ended, or is about to.',
  })
  ok!: boolean;
  @Field(() => RunType, { nullable: true }) run!: Run;
}

@Resolver()
export class CancelResolver {
  @Inject(RunCancellation) private readonly cancellation!: RunCancellation;

  @Mutation(() => CancelRun, { nullable: true })
  cancelRun(
    @Args('threadUuid', { type: () => String }) threadUuid: string,
    @Args('runUuid', { type: () => String }) runUuid: string,
    @Args('updatedBy', { type: () => String, nullable: true }) updatedBy: string | null,
    @Context() { partition, identity }: GraphqlContext,
  ): Promise<CancelRun> {
    const { subject: updatedSubject } = identity;
    const by = { updatedBy: updatedBy ?? updatedSubject ?? 'cancelRun', updatedSubject };
    return this.cancellation.cancel(partition, threadUuid, runUuid, by);
  }
}
