import { z } from 'zod';
import { AskProblem } from './ask-problem.ts';
import { query, type EngineAddress } from './engine-client.ts';

const AGENTS = '{ agentList(statuses: ["active"], limit: 1) { agentList { agentUuid } } }';
const agents = z.object({ agentList: z.object({ agentList: z.array(z.object({ agentUuid: z.string() })) }) });

/** The agent that was changed last. @throws AskProblem when the tenant has none */
export async function newestAgent(engine: EngineAddress): Promise<string> {
  const { agentList } = await query(engine, AGENTS, {}, agents);
  const [agent] = agentList.agentList;
  if (agent) return agent.agentUuid;
  throw new AskProblem(`${engine.endpointId}, part ${engine.partId}, has no active agent.`);
}

const RECORDED = `query ($threadUuid: String!, $runUuid: String!) {
  run(threadUuid: $threadUuid, runUuid: $runUuid) { promptTokens completionTokens totalTokens timeSpent }
  messageList(threadUuid: $threadUuid, runUuid: $runUuid, roles: ["assistant"]) { messageList { message } }
}`;
const recorded = z.object({
  run: z
    .object({
      promptTokens: z.number().nullable(),
      completionTokens: z.number().nullable(),
      totalTokens: z.number().nullable(),
      timeSpent: z.number().nullable(),
    })
    .nullable(),
  messageList: z.object({ messageList: z.array(z.object({ message: z.string().nullable() })) }),
});

/** What a run cost, `timeSpent` in milliseconds, and the answer as it is kept. */
export async function recordedRun(engine: EngineAddress, keys: { threadUuid: string; runUuid: string }) {
  const { run, messageList } = await query(engine, RECORDED, keys, recorded);
  return { ...run, answer: messageList.messageList.findLast(({ message }) => message)?.message ?? '' };
}
