import { type Thread, thread } from '@agent-engine/entities';
import { CrudResolver, type GraphqlContext, objectType } from '@agent-engine/graphql';
import { isInUse } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { AgentType } from './agent.resolver.ts';

export const ThreadType = objectType(thread);

@Resolver(() => ThreadType)
export class ThreadResolver extends CrudResolver(thread, ThreadType, { saveName: 'insertThread' }) {
  override inUse(partition: Partition, item: Thread) {
    return isInUse.thread(this.models, partition, item);
  }

  @ResolveField(() => AgentType, { nullable: true })
  agent({ agentUuid }: Thread, _args: unknown, { loaders }: GraphqlContext) {
    return loaders.activeAgent.load(agentUuid);
  }
}
