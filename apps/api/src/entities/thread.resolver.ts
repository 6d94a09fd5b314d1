import { type Thread, thread } from '@agent-engine/entities';
import {
  CrudResolver,
  type GraphqlContext,
  JsonCamelCase,
  NULLABLE,
  objectType,
} from '@agent-engine/graphql';
import type { Loaders } from '@agent-engine/loaders';
import { isInUse } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { AgentType } from './agent.resolver.ts';
import { jsonRow } from './shared-fields.ts';
import { threadMessages } from './thread-messages.ts';

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

  @ResolveField(() => [JsonCamelCase], NULLABLE)
  messages(parent: Thread, _args: unknown, { loaders }: GraphqlContext) {
    known(parent, loaders);
    return threadMessages(parent, loaders);
  }

  @ResolveField(() => [JsonCamelCase], NULLABLE)
  async toolCalls(parent: Thread, _args: unknown, { loaders }: GraphqlContext) {
    known(parent, loaders);
    return (await loaders.toolCallsOfThread.load(parent.threadUuid)).map(jsonRow);
  }
}

/** A thread at hand, which only its partition has, is not read again to prove that what belongs to it may be read. */
function known(parent: Thread, loaders: Loaders): void {
  loaders.thread.prime({ threadUuid: parent.threadUuid }, parent);
}
