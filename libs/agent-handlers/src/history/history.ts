import type { ConversationMessage, MessageFile, ToolCall } from '../conversation.ts';
import { wholeMessages } from './whole-messages.ts';

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
  /** Of a finished call: when that was. */
  updatedAt?: string;
}
type Row = MessageRow | ToolCallRow;

export interface Thread {
  messages: readonly MessageRow[];
  toolCalls: readonly ToolCallRow[];
}

/**
 * The newest `limit` messages and tool calls of a thread in the order they happened, then the question. Repeated
 * messages stay; the pieces of a long answer are one; a call and its result are one thing and never separated; calls that
 * a model made at once are one turn; the question does not count.
 * @param currentRun what this run has already written is no history, whichever attempt wrote it
 */
export function conversation(
  { messages, toolCalls }: Thread,
  question: { text: string; files?: readonly MessageFile[] },
  { limit, currentRun }: { limit: number; currentRun: string },
): ConversationMessage[] {
  const rows = [
    ...messages.filter(({ message }) => message.trim() !== ''),
    ...toolCalls.filter(isFinished),
  ].filter(({ runUuid }) => runUuid !== currentRun);
  const whole = wholeMessages<Row>(rows.sort((one, other) => compare(one.createdAt, other.createdAt)));
  return [...turns(whole.slice(-limit)), { role: 'user', ...question }];
}

function* turns(rows: readonly Row[]): Generator<ConversationMessage> {
  let calls: ToolCallRow[] = [];
  for (const row of rows) {
    const isCall = 'toolCallUuid' in row;
    if (!(isCall && madeAtOnce(row, calls))) {
      yield* callsAndResults(calls);
      calls = [];
    }
    if (isCall) calls.push(row);
    else yield spoken(row);
  }
  yield* callsAndResults(calls);
}

/** All rows of one answer are written before the first of its calls is run, those of the next after the last one. */
function madeAtOnce({ runUuid, createdAt }: ToolCallRow, calls: readonly ToolCallRow[]): boolean {
  return calls.every((call) => call.runUuid === runUuid && createdAt < (call.updatedAt ?? ''));
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

function* callsAndResults(rows: readonly ToolCallRow[]): Generator<ConversationMessage> {
  if (rows.length === 0) return;
  const results = rows.map((row) => ({
    call: callOf(row),
    text: row.content || row.notes || '',
    failed: row.status === 'failed',
  }));
  yield { role: 'assistant', parts: results.map(({ call }) => ({ type: 'tool-call', call })) };
  yield { role: 'tool', results };
}

/** The row's key is the id of the call: providers repeat theirs between answers. */
const callOf = (row: ToolCallRow): ToolCall => ({
  id: `call_${row.toolCallUuid}`,
  name: row.name,
  arguments: row.arguments || '{}',
});

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
