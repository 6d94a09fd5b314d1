import { setTimeout as delay } from 'node:timers/promises';
import { PartitionContext } from '@agent-engine/partition';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Inject, Module } from '@nestjs/common';
import { Args, Context, GraphQLModule, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Request } from 'express';
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

@Module({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      graphiql: false,
    }),
  ],
  providers: [ProbeResolver],
})
export class ProbeModule {}
