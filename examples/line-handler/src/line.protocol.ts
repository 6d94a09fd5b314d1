import { type ConversationMessage, ProviderError, type StepRequest } from '@agent-engine/agent-handlers';
import { z } from 'zod';
import type { LineConfiguration } from './line.configuration.ts';

/** One line of an answer. The last one has `end`. */
const line = z.object({
  text: z.string().optional(),
  thought: z.string().optional(),
  call: z.object({ id: z.string(), name: z.string(), arguments: z.string() }).optional(),
  error: z.string().optional(),
  end: z.enum(['done', 'length', 'refused']).optional(),
  tokens: z.object({ in: z.number(), out: z.number() }).optional(),
});

export type Line = z.output<typeof line>;

/** @throws ProviderError for what is none: never let a server's nonsense further in than this */
export function readLine(text: string): Line {
  try {
    return line.parse(JSON.parse(text));
  } catch (error) {
    throw new ProviderError('provider.malformed', { cause: error });
  }
}

/** The body of `POST /answer`. */
export function requestBody({
  configuration,
  defaultModel,
  instructions,
  messages,
  tools,
  toolChoice,
}: StepRequest<LineConfiguration>) {
  return {
    model: configuration.model ?? defaultModel,
    temperature: configuration.temperature,
    stream: configuration.stream ?? true,
    instructions,
    turns: messages.flatMap(turns),
    tools:
      toolChoice === 'none'
        ? []
        : tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
  };
}

/** What was said before, results beside their calls. */
function turns(message: ConversationMessage): object[] {
  switch (message.role) {
    case 'system':
    case 'user':
      return [
        {
          by: message.role,
          text: message.text,
          files: message.role === 'user' ? message.files : undefined,
        },
      ];
    case 'assistant':
      return message.parts.flatMap((part) => {
        if (part.type === 'text') return { by: 'model', text: part.text };
        return part.type === 'tool-call' ? { by: 'model', call: part.call } : [];
      });
    case 'tool':
      return message.results.map(({ call, text, failed }) => ({ by: 'tool', id: call.id, text, failed }));
  }
}
