import { type Agent, agent } from '@agent-engine/entities';
import {
  type Arguments,
  CrudResolver,
  type GraphqlContext,
  NULLABLE,
  objectType,
} from '@agent-engine/graphql';
import { isInUse } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import { Inject } from '@nestjs/common';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { AgentHandlers } from '../handlers/agent-handlers.ts';
import { NOT_SHOWN } from './shared-fields.ts';
import { FlowSnippetType } from './flow-snippet.resolver.ts';
import { LlmType } from './llm.resolver.ts';
import { McpServerType } from './mcp-server.resolver.ts';

export const AgentType = objectType(agent, { hidden: NOT_SHOWN });

@Resolver(() => AgentType)
export class AgentResolver extends CrudResolver(agent, AgentType, { extra: { duplicate: () => Boolean } }) {
  @Inject(AgentHandlers) private readonly handlers!: AgentHandlers;

  override inUse(partition: Partition, item: Agent) {
    return isInUse.agent(this.models, partition, item);
  }

  /** What no run could be made of is refused here, where somebody sees it. */
  override async beforeWrite(partition: Partition, written: Arguments, { loaders }: GraphqlContext) {
    const concerned = ['configuration', 'llmProvider', 'llmName'].filter((name) => name in written);
    if (concerned.length === 0) return;
    const current = concerned.length === 3 ? undefined : await this.repository.current(partition, written);
    const agent: Arguments = { ...current, ...written };
    const { llmProvider, llmName } = agent;
    if (typeof llmProvider !== 'string' || typeof llmName !== 'string') return;
    const llm = await loaders.llm.load({ llmProvider, llmName });
    if (!llm) return;
    await this.handlers.check(partition, llm, agent.configuration, (key) => loaders.llm.load(key));
  }

  /** No parameter decorators on relations: see CrudResolver. */
  @ResolveField(() => LlmType, { nullable: true })
  llm({ llmProvider, llmName }: Agent, _args: unknown, { loaders }: GraphqlContext) {
    return loaders.llm.load({ llmProvider, llmName });
  }

  /** Servers that no longer exist are left out: clients read the list without looking for holes. */
  @ResolveField(() => [McpServerType], NULLABLE)
  async mcpServers({ mcpServerUuids }: Agent, _args: unknown, { loaders }: GraphqlContext) {
    const servers = await loaders.mcpServer.loadMany(
      mcpServerUuids.map((mcpServerUuid) => ({ mcpServerUuid })),
    );
    return servers.filter((server) => server !== undefined);
  }

  @ResolveField(() => FlowSnippetType, { nullable: true })
  flowSnippet({ flowSnippetVersionUuid }: Agent, _args: unknown, { loaders }: GraphqlContext) {
    return flowSnippetVersionUuid === null ? null : loaders.flowSnippet.load({ flowSnippetVersionUuid });
  }
}
