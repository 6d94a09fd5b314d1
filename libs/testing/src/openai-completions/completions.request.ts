import { z } from 'zod';
import { functionTool } from '../provider/function-tool.ts';

const part = z.looseObject({ type: z.string(), text: z.string().optional() });

const message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), z.array(part)]).nullish(),
  tool_calls: z
    .array(
      z.looseObject({
        id: z.string(),
        type: z.literal('function'),
        function: z.looseObject({ name: z.string(), arguments: z.string() }),
      }),
    )
    .optional(),
  tool_call_id: z.string().optional(),
});

/** The body of `POST /chat/completions`, as far as the stand-in reads it; everything else is kept. */
export const completionsBody = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  tools: z.array(functionTool).optional(),
});

export type CompletionsBody = z.output<typeof completionsBody>;
export type CompletionsMessage = CompletionsBody['messages'][number];

export const textOf = ({ content }: CompletionsMessage): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('');

/** Results follow the message with their calls, all of them and at once; so the provider has it. */
export function historyProblem(messages: readonly CompletionsMessage[]): string | undefined {
  let open = new Set<string>();
  for (const { role, tool_calls, tool_call_id } of messages) {
    if (role === 'tool') {
      if (tool_call_id !== undefined && open.delete(tool_call_id)) continue;
      return "messages with role 'tool' must be a response to a preceding message with 'tool_calls'.";
    }
    if (open.size > 0) break;
    open = new Set(tool_calls?.map(({ id }) => id));
  }
  if (open.size === 0) return undefined;
  return `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`;
}
