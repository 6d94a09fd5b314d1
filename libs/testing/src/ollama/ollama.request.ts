import { z } from 'zod';
import { functionTool } from '../provider/function-tool.ts';

const called = z.looseObject({
  function: z.looseObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
});

/** The body of `POST /api/chat`, as far as the stand-in reads it; everything else is kept. */
export const ollamaBody = z.looseObject({
  model: z.string().min(1),
  messages: z.array(
    z.looseObject({
      role: z.enum(['system', 'user', 'assistant', 'tool']),
      content: z.string().optional(),
      images: z.array(z.base64()).optional(),
      tool_calls: z.array(called).optional(),
      tool_name: z.string().optional(),
    }),
  ),
  stream: z.boolean().optional(),
  format: z.union([z.literal('json'), z.literal(''), z.record(z.string(), z.unknown())]).optional(),
  think: z.union([z.boolean(), z.enum(['low', 'medium', 'high'])]).optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  tools: z.array(functionTool).optional(),
});

export type OllamaBody = z.output<typeof ollamaBody>;
