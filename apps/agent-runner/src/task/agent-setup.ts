import type { Agent, McpServer, Message, ToolCall } from '@agent-engine/entities';
import {
  conversation,
  type ConversationMessage,
  type MessageFile,
  type ModelChoice,
  parseConfiguration,
  runSettings,
  wholeMessages,
} from '@agent-engine/agent-handlers';
import { AppError } from '@agent-engine/errors';
import type { Models, Owner } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import type { z } from 'zod';
import { modelChoices, type ModelSources } from './model-choices.ts';

const DEFAULT_HISTORY = 10;
const MAX_HISTORY = 1000;
/** Messages that are read at once where more are needed than there should be. */
const PAGE = 100;

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
  const { models, secrets } = sources;
  const agent = await models.agent.active(partition, agentUuid);
  if (!agent) throw new AppError('entity.notFound', 'The agent does not exist or has no active version.');
  const limit = Math.min(Math.max(agent.numOfMessages || DEFAULT_HISTORY, 1), MAX_HISTORY);
  const settings = parseConfiguration(runSettings, agent.configuration);
  const historyOf = async (owner: Owner) =>
    Promise.all([newestMessages(models, owner, limit), models.toolCall.list(owner, newest(limit))]);
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
    mcpServers: await Promise.all(
      servers
        .filter((server) => server !== undefined)
        .map(async (server) => ({
          ...server,
          headers: await secrets.resolve(partition, server.headers, `${server.mcpLabel}.headers`),
        })),
    ),
    history: { messages, toolCalls: toolCalls.items, limit },
  };
}

/** One more than wanted, for the question may be among them already. */
const newest = (limit: number) => ({ limit: Math.min(limit + 1, MAX_HISTORY), order: 'descending' as const });

/** Newest first. An answer in several rows counts once, so there may be more to read. */
async function newestMessages({ message }: Models, owner: Owner, limit: number): Promise<Message[]> {
  const rows: Message[] = [];
  let cursor: string | undefined;
  do {
    const page = await message.list(owner, { ...newest(cursor === undefined ? limit : PAGE), cursor });
    rows.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (
    cursor !== undefined &&
    rows.length < MAX_HISTORY &&
    wholeMessages(rows.toReversed()).length <= limit
  );
  return rows;
}

/** @param currentRun whatever is recorded of it already is no history */
export function askAgent(
  { history: { limit, ...rows }, ...agent }: LoadedAgent,
  question: { text: string; files?: readonly MessageFile[] },
  currentRun: string,
): AgentSetup {
  return { ...agent, messages: conversation(rows, question, { limit, currentRun }) };
}
