import type { AgentHandler } from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import { everyone, Models } from '@agent-engine/models';
import { type Partition, PartitionContext } from '@agent-engine/partition';
import { Inject, Injectable } from '@nestjs/common';
import { AgentHandlers } from '../handlers/agent-handlers.ts';

/** How an agent of the caller's partition reaches its provider. */
export interface HandlerOfAgent {
  handler: AgentHandler;
  configuration: unknown;
  partition: Partition;
}

/** Finds it. */
@Injectable()
export class HandlersOfAgents {
  @Inject(Models) private readonly models!: Models;
  @Inject(PartitionContext) private readonly partition!: PartitionContext;
  @Inject(AgentHandlers) private readonly handlers!: AgentHandlers;

  /** @throws AppError `entity.notFound`, `handler.unknown`, `argument.invalid` for the agent's configuration */
  async of(agentUuid: string): Promise<HandlerOfAgent> {
    const partition = this.partition.current;
    const agent = await this.models.agent.active(partition, agentUuid);
    if (!agent) {
      throw new AppError('entity.notFound', 'There is no such agent, or none of its versions is active.', {
        details: { argument: 'agentUuid' },
      });
    }
    const { llmProvider, llmName } = agent;
    const llm = await this.models.llm.get(everyone, { llmProvider, llmName });
    if (!llm) throw new AppError('entity.notFound', 'The llm of the agent does not exist.');
    const { parseConfiguration } = await import('@agent-engine/agent-handlers');
    const handler = await (await this.handlers.connect()).handlers.resolve(llm);
    const configuration = parseConfiguration(handler.configuration, agent.configuration);
    return { handler, configuration, partition };
  }
}
