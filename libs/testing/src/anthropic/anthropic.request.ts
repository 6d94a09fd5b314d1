import { z } from 'zod';
import type { ProviderRequest } from '../provider/dialect.ts';

const text = z.looseObject({ type: z.literal('text'), text: z.string().min(1) });
const source = z.looseObject({ type: z.enum(['base64', 'text', 'url', 'file', 'content']) });

const resultContent = z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]);

const block = z.union([
  z.discriminatedUnion('type', [
    text,
    z.looseObject({ type: z.literal('image'), source }),
    z.looseObject({ type: z.literal('document'), source }),
    z.looseObject({ type: z.literal('container_upload'), file_id: z.string() }),
    z.looseObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
    z.looseObject({ type: z.literal('redacted_thinking'), data: z.string() }),
    z.looseObject({
      type: z.literal('tool_use'),
      id: z.string().regex(/^[\w-]+$/),
      name: z.string(),
      input: z.record(z.string(), z.unknown()),
    }),
    z.looseObject({
      type: z.literal('tool_result'),
      tool_use_id: z.string(),
      content: resultContent.optional(),
      is_error: z.boolean().optional(),
    }),
  ]),
  z.looseObject({
    type: z.string().regex(/^(server_tool_use|mcp_tool_use|\w+_tool_result|fallback|compaction)$/),
  }),
]);

const tool = z.looseObject({
  type: z.string().optional(),
  name: z.string().regex(/^[\w-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }).optional(),
});

/** The body of `POST /v1/messages`, as far as the stand-in reads it; everything else is kept. */
export const messagesBody = z.looseObject({
  model: z.string().min(1),
  max_tokens: z.number().int().min(1),
  messages: z
    .array(z.looseObject({ role: z.enum(['user', 'assistant']), content: z.array(block).min(1) }))
    .min(1),
  system: z.union([z.string(), z.array(text)]).optional(),
  stream: z.boolean().optional(),
  temperature: z.number().min(0).max(1).optional(),
  thinking: z
    .looseObject({ type: z.enum(['enabled', 'disabled', 'adaptive']), budget_tokens: z.number().optional() })
    .optional(),
  tools: z.array(tool).optional(),
  tool_choice: z.looseObject({ type: z.enum(['auto', 'any', 'tool', 'none']) }).optional(),
});

export type MessagesBody = z.output<typeof messagesBody>;
export type ContentBlock = MessagesBody['messages'][number]['content'][number];
export type AnthropicRequest = ProviderRequest<MessagesBody>;

export const isBlock = <Type extends string>(
  given: ContentBlock,
  type: Type,
): given is Extract<ContentBlock, { type: Type }> => given.type === type;
