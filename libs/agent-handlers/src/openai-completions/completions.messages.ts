import type { CompletionsConfiguration } from './completions.configuration.ts';

interface CalledFunction {
  id: string;
  function: { name: string; arguments: string };
}

/** A message of the request, as far as compatibility is about it. */
export interface ChatMessage {
  role: string;
  content?: unknown;
  tool_calls?: readonly CalledFunction[];
  tool_call_id?: string;
  reasoning_content?: string;
}

type Switches = Pick<
  CompletionsConfiguration,
  'instructions_role' | 'tool_history_compatibility' | 'keep_reasoning'
>;

/** The messages as the server at hand takes them. */
export function compatibleMessages(
  messages: readonly ChatMessage[],
  switches: Switches,
  { offersTools }: { offersTools: boolean },
): ChatMessage[] {
  const { instructions_role: role = 'system', tool_history_compatibility: history = 'auto' } = switches;
  const flatten = history === 'flatten' || (history === 'auto' && !offersTools);
  let compatible = switches.keep_reasoning ? [...messages] : messages.map(withoutReasoning);
  if (flatten) compatible = flattened(compatible);
  if (role === 'user') return joined(compatible.map(asUser));
  return role === 'developer' ? compatible.map(asDeveloper) : compatible;
}

const withoutReasoning = ({ reasoning_content: _reasoning, ...message }: ChatMessage): ChatMessage => message;

const asDeveloper = (message: ChatMessage): ChatMessage =>
  message.role === 'system' ? { ...message, role: 'developer' } : message;

const asUser = (message: ChatMessage): ChatMessage =>
  message.role === 'system' ? { ...message, role: 'user' } : message;

/** Calls and results as turns of text, for servers that refuse them or want their tools beside them. */
function flattened(messages: readonly ChatMessage[]): ChatMessage[] {
  const names = new Map<string, string>();
  const flat = messages.map(({ tool_calls, tool_call_id, ...message }): ChatMessage => {
    for (const call of tool_calls ?? []) names.set(call.id, call.function.name);
    if (message.role === 'tool') {
      const name = names.get(tool_call_id ?? '') ?? 'a tool';
      return { role: 'user', content: `[Result of ${name}]\n${text(message.content)}` };
    }
    if (!tool_calls?.length) return message;
    const calls = tool_calls.map((call) => `[Called ${call.function.name} with ${call.function.arguments}]`);
    return { ...message, content: [text(message.content), ...calls].filter(Boolean).join('\n') };
  });
  return joined(flat);
}

/** Chat templates without system turns want users and assistants to take turns. */
function joined(messages: readonly ChatMessage[]): ChatMessage[] {
  const turns: ChatMessage[] = [];
  for (const message of messages) {
    const last = turns.at(-1);
    if (last?.role !== message.role || !isPlain(last) || !isPlain(message)) turns.push(message);
    else turns[turns.length - 1] = { ...last, content: joinedContent(last.content, message.content) };
  }
  return turns;
}

const isPlain = ({ role, tool_calls }: ChatMessage): boolean =>
  (role === 'user' || role === 'assistant') && !tool_calls?.length;

function joinedContent(one: unknown, other: unknown): unknown {
  if (typeof one === 'string' && typeof other === 'string') return `${one}\n\n${other}`;
  return [...parts(one), ...parts(other)];
}

const parts = (content: unknown): unknown[] =>
  Array.isArray(content) ? (content as unknown[]) : [{ type: 'text', text: text(content) }];

const text = (content: unknown): string =>
  typeof content === 'string' ? content : content == null ? '' : JSON.stringify(content);
