import type { ConversationMessage, MessageFile, ToolCall } from '../conversation.ts';

/** The parts of a message row and a tool call row that make a conversation. */
export interface MessageRow {
  runUuid: string;
  role: string;
  message: string;
  createdAt: string;
}
export interface ToolCallRow {
  toolCallUuid: string;
  runUuid: string;
  name: string;
  arguments?: string | null;
  content?: string | null;
  notes?: string | null;
  status: string;
  createdAt: string;
}

export interface Thread {
  messages: readonly MessageRow[];
  toolCalls: readonly ToolCallRow[];
}

/**
 * The newest `limit` messages and tool calls of a thread in the order they happened, then the question. Repeated
 * messages stay; a call and its result are one thing and never separated; the question does not count.
 * @param currentRun what this run has already written is no history, whichever attempt wrote it
 */
export function conversation(
  { messages, toolCalls }: Thread,
  question: { text: string; files?: readonly MessageFile[] },
  { limit, currentRun }: { limit: number; currentRun: string },
): ConversationMessage[] {
  const said = messages
    .filter(({ message }) => message.trim() !== '')
    .map((row) => ({ row, turn: [spoken(row)] }));
  const done = toolCalls.filter(isFinished).map((row) => ({ row, turn: callAndResult(row) }));
  const history = [...said, ...done]
    .filter(({ row }) => row.runUuid !== currentRun)
    .sort((one, other) => compare(one.row.createdAt, other.row.createdAt))
    .slice(-limit);
  return [...history.flatMap(({ turn }) => turn), { role: 'user', ...question }];
}

function spoken({ role, message }: MessageRow): ConversationMessage {
  if (role === 'assistant' || role === 'agent')
    return { role: 'assistant', parts: [{ type: 'text', text: message }] };
  return { role: role === 'system' || role === 'developer' ? 'system' : 'user', text: message };
}

/** Rows of older engines say nothing about their state but hold a content once they are done. */
function isFinished({ status, content }: ToolCallRow): boolean {
  return status === 'completed' || status === 'failed' || (status === '' && Boolean(content));
}

/** The row's key is the id of the call: providers repeat theirs between answers. */
function callAndResult(row: ToolCallRow): ConversationMessage[] {
  const call: ToolCall = { id: `call_${row.toolCallUuid}`, name: row.name, arguments: row.arguments || '{}' };
  const result = { call, text: row.content || row.notes || '', failed: row.status === 'failed' };
  return [
    { role: 'assistant', parts: [{ type: 'tool-call', call }] },
    { role: 'tool', results: [result] },
  ];
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
