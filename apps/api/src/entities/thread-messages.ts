import type { Agent, Thread } from '@agent-engine/entities';
import { naiveTime } from '@agent-engine/graphql';
import type { Loaders } from '@agent-engine/loaders';

const DEFAULT_TOOL_CALL_ROLE = 'developer';

/**
 * A thread as a conversation, oldest first: what was said with the tokens of its run, and tool calls as JSON text in the
 * role the agent gives them. Every message is kept, also one that says the same as another.
 */
export async function threadMessages({ threadUuid, agentUuid }: Thread, loaders: Loaders): Promise<object[]> {
  const [messages, toolCalls, runs, agent] = await Promise.all([
    loaders.messagesOfThread.load(threadUuid),
    loaders.toolCallsOfThread.load(threadUuid),
    loaders.runsOfThread.load(threadUuid),
    loaders.activeAgent.load(agentUuid),
  ]);
  const runOf = new Map(runs.map((run) => [run.runUuid, run]));
  const said = messages.map(({ runUuid, role, message, createdAt }) => {
    const { promptTokens = 0, completionTokens = 0, totalTokens = 0 } = runOf.get(runUuid) ?? {};
    return {
      message: { run: { runUuid, promptTokens, completionTokens, totalTokens }, role, content: message },
      createdAt,
    };
  });
  const called = toolCalls.map(({ toolCallId, toolType, name, arguments: given, content, createdAt }) => ({
    // Clients read `run` of every entry; a tool call has no tokens of its own.
    message: {
      run: {},
      role: roleOf(agent),
      content: JSON.stringify(
        { tool: { tool_call_id: toolCallId, tool_type: toolType, name, arguments: given }, output: content },
        null,
        2,
      ),
    },
    createdAt,
  }));
  return [...said, ...called]
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
    .map(({ message, createdAt }) => ({ message, createdAt: naiveTime(createdAt) }));
}

const roleOf = (agent: Agent | undefined) => agent?.toolCallRole ?? DEFAULT_TOOL_CALL_ROLE;
