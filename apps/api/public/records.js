import { graphql } from './server.js';

const RUN = 'runUuid promptTokens completionTokens totalTokens timeSpent';
const TOOL_CALL = 'toolCallUuid toolCallId runUuid name arguments content status notes timeSpent createdAt';

/** The tenant's active agents: `[{ agentUuid, agentName }]`. */
export async function activeAgents(partId) {
  const { agentList } = await graphql(
    partId,
    'query agents { agentList(statuses: ["active"], limit: 100) { agentList { agentUuid agentName } } }',
  );
  return agentList.agentList;
}

/** What was recorded about one answer: its run, and its tool calls in order. */
export async function recordOf(partId, threadUuid, runUuid) {
  const { run, toolCallList } = await graphql(
    partId,
    `query answer($thread: String!, $run: String!) {
      run(threadUuid: $thread, runUuid: $run) { ${RUN} }
      toolCallList(threadUuid: $thread, runUuid: $run, limit: 100) { toolCallList { ${TOOL_CALL} } }
    }`,
    { thread: threadUuid, run: runUuid },
  );
  return { run, toolCalls: toolCallList.toolCallList.sort(byTime) };
}

/** A thread as it was told: questions, and answers each with its run and tool calls. */
export async function historyOf(partId, threadUuid) {
  const { messageList, toolCallList } = await graphql(
    partId,
    `query history($thread: String!) {
      messageList(threadUuid: $thread, limit: 100) {
        messageList { role message runUuid createdAt run { ${RUN} } }
      }
      toolCallList(threadUuid: $thread, limit: 100) { toolCallList { ${TOOL_CALL} } }
    }`,
    { thread: threadUuid },
  );
  const toolCalls = toolCallList.toolCallList.sort(byTime);
  return messageList.messageList.sort(byTime).map((message) => ({
    ...message,
    toolCalls: toolCalls.filter((call) => call.runUuid === message.runUuid),
  }));
}

const byTime = (a, b) => (a.createdAt < b.createdAt ? -1 : 1);
