import { z } from 'zod';
import type { ProviderRequest } from '../provider/dialect.ts';

const text = z.looseObject({ text: z.string().min(1) });

const block = z
  .looseObject({
    text: z.string().min(1).optional(),
    toolUse: z
      .looseObject({
        toolUseId: z.string().regex(/^[\w-]+$/),
        name: z.string(),
        input: z.record(z.string(), z.unknown()),
      })
      .optional(),
    toolResult: z
      .looseObject({
        toolUseId: z.string(),
        content: z.array(z.looseObject({})),
        status: z.enum(['success', 'error']).optional(),
      })
      .optional(),
    reasoningContent: z
      .looseObject({
        reasoningText: z.looseObject({ text: z.string(), signature: z.string() }).optional(),
        redactedContent: z.string().optional(),
        redactedReasoning: z.looseObject({ data: z.string() }).optional(),
      })
      .optional(),
  })
  .refine((given) => Object.keys(given).length > 0, 'a content block must have one member');

/** The body of `Converse`, as far as the stand-in reads it; everything else is kept. */
export const converseBody = z.looseObject({
  system: z.array(text).optional(),
  messages: z
    .array(z.looseObject({ role: z.enum(['user', 'assistant']), content: z.array(block).min(1) }))
    .min(1),
  inferenceConfig: z
    .strictObject({
      maxTokens: z.number().int().min(1).optional(),
      temperature: z.number().min(0).max(1).optional(),
      topP: z.number().min(0).max(1).optional(),
      stopSequences: z.array(z.string()).optional(),
    })
    .optional(),
  additionalModelRequestFields: z.record(z.string(), z.unknown()).optional(),
  toolConfig: z
    .looseObject({
      tools: z
        .array(
          z.looseObject({
            toolSpec: z.looseObject({
              name: z.string().regex(/^[\w-]{1,64}$/),
              description: z.string().min(1).optional(),
              inputSchema: z.looseObject({ json: z.unknown() }),
            }),
          }),
        )
        .min(1),
    })
    .optional(),
});

export type ConverseBody = z.output<typeof converseBody>;
export type ConverseBlock = ConverseBody['messages'][number]['content'][number];
export type BedrockRequest = ProviderRequest<ConverseBody>;
