import type { Agent, McpServer } from '@agent-engine/entities';
import {
  type AgentHandler,
  conversation,
  type ConversationMessage,
  type HandlerRegistry,
  type MessageFile,
  parseConfiguration,
  runSettings,
} from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import { everyone, type Models, type Owner } from '@agent-engine/models';
import type { z } from 'zod';

const DEFAULT_HISTORY = 10;
const MAX_HISTORY = 1000;

/** An agent as it is when a run begins, and what was said before. A snapshot: later changes do not reach the run. */
export interface AgentSetup {
  agent: Agent;
  handler: AgentHandler;
  /** Parsed by the handler's schema. */
  configuration: unknown;
  settings: z.output<typeof runSettings>;
  mcpServers: McpServer[];
  /** History, then the question. */
  messages: ConversationMessage[];
}

/** @throws AppError `entity.notFound`, `handler.unknown`, `argument.invalid` */
export async function loadAgent(
  { models, handlers }: { models: Models; handlers: HandlerRegistry },
  owner: Owner,
  ask: { agentUuid: string; runUuid: string; question: { text: string; files?: readonly MessageFile[] } },
): Promise<AgentSetup> {
  const agent = await models.agent.active(owner.partition, ask.agentUuid);
  if (!agent) throw new AppError('entity.notFound', 'The agent does not exist or has no active version.');
  const limit = Math.min(Math.max(agent.numOfMessages || DEFAULT_HISTORY, 1), MAX_HISTORY);
  const newest = { limit: Math.min(limit + 1, MAX_HISTORY), order: 'descending' as const };
  const [llm, servers, messages, toolCalls] = await Promise.all([
    models.llm.get(everyone, { llmProvider: agent.llmProvider, llmName: agent.llmName }),
    models.mcpServer.getMany(
      agent.mcpServerUuids.map((mcpServerUuid) => ({ scope: owner.partition, key: { mcpServerUuid } })),
    ),
    models.message.list(owner, newest),
    models.toolCall.list(owner, newest),
  ]);
  if (!llm) throw new AppError('entity.notFound', 'The llm of the agent does not exist.');
  const handler = await handlers.resolve(llm);
  return {
    agent,
    handler,
    configuration: parseConfiguration(handler.configuration, agent.configuration),
    settings: parseConfiguration(runSettings, agent.configuration),
    mcpServers: servers.filter((server) => server !== undefined),
    messages: conversation({ messages: messages.items, toolCalls: toolCalls.items }, ask.question, {
      limit,
      currentRun: ask.runUuid,
    }),
  };
}
