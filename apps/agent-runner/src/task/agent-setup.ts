import type { Agent, McpServer, Message, ToolCall } from '@agent-engine/entities';
import {
  conversation,
  type ConversationMessage,
  type MessageFile,
  type ModelChoice,
  parseConfiguration,
  runSettings,
} from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import type { Owner } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import type { z } from 'zod';
import { modelChoices, type ModelSources } from './model-choices.ts';

const DEFAULT_HISTORY = 10;
const MAX_HISTORY = 1000;

/** An agent as it is when a run begins, and what was said before. A snapshot: later changes do not reach the run. */
export interface LoadedAgent {
  agent: Agent;
  /** The preferred one first. */
  models: [ModelChoice, ...ModelChoice[]];
  settings: z.output<typeof runSettings>;
  mcpServers: McpServer[];
  history: { messages: Message[]; toolCalls: ToolCall[]; limit: number };
}

/** An agent whose loading began when it was not certain yet that it would be asked. */
export interface AgentAhead {
  agentUuid: string;
  loading: Promise<LoadedAgent>;
}

/** An agent that has been asked something. */
export interface AgentSetup extends Omit<LoadedAgent, 'history'> {
  /** History, then the question. */
  messages: ConversationMessage[];
}

/**
 * @param owner need not be known yet: history is read as soon as it is
 * @throws AppError `entity.notFound`, `handler.unknown`, `argument.invalid`
 */
export async function loadAgent(
  sources: ModelSources,
  partition: Partition,
  agentUuid: string,
  owner: Owner | Promise<Owner>,
): Promise<LoadedAgent> {
  const { models } = sources;
  const agent = await models.agent.active(partition, agentUuid);
  if (!agent) throw new AppError('entity.notFound', 'The agent does not exist or has no active version.');
  const limit = Math.min(Math.max(agent.numOfMessages || DEFAULT_HISTORY, 1), MAX_HISTORY);
  const newest = { limit: Math.min(limit + 1, MAX_HISTORY), order: 'descending' as const };
  const settings = parseConfiguration(runSettings, agent.configuration);
  const historyOf = async (owner: Owner) =>
    Promise.all([models.message.list(owner, newest), models.toolCall.list(owner, newest)]);
  const [choices, servers, [messages, toolCalls]] = await Promise.all([
    modelChoices(sources, partition, agent, settings),
    models.mcpServer.getMany(
      agent.mcpServerUuids.map((mcpServerUuid) => ({ scope: partition, key: { mcpServerUuid } })),
    ),
    Promise.resolve(owner).then(historyOf),
  ]);
  return {
    agent,
    models: choices,
    settings,
    mcpServers: servers.filter((server) => server !== undefined),
    history: { messages: messages.items, toolCalls: toolCalls.items, limit },
  };
}

/** @param currentRun whatever is recorded of it already is no history */
export function askAgent(
  { history: { limit, ...rows }, ...agent }: LoadedAgent,
  question: { text: string; files?: readonly MessageFile[] },
  currentRun: string,
): AgentSetup {
  return { ...agent, messages: conversation(rows, question, { limit, currentRun }) };
}
