import { z } from 'zod';
import type { ProviderRequest } from '../provider/dialect.ts';

const part = z
  .looseObject({
    text: z.string().optional(),
    thought: z.boolean().optional(),
    thoughtSignature: z.string().optional(),
    inlineData: z.looseObject({ mimeType: z.string(), data: z.base64() }).optional(),
    fileData: z.looseObject({ fileUri: z.string() }).optional(),
    functionCall: z
      .looseObject({ name: z.string(), args: z.record(z.string(), z.unknown()).optional() })
      .optional(),
    functionResponse: z
      .looseObject({ name: z.string(), response: z.record(z.string(), z.unknown()) })
      .optional(),
  })
  .refine((given) => Object.keys(given).length > 0, 'required oneof field must have one initialized field');

const content = z.strictObject({ role: z.enum(['user', 'model']), parts: z.array(part).min(1) });

/** The body of `generateContent`, as far as the stand-in reads it; it knows no other fields, as the provider. */
export const generateBody = z.strictObject({
  contents: z.array(content).min(1),
  systemInstruction: z.looseObject({ parts: z.array(part) }).optional(),
  tools: z
    .array(
      z.looseObject({
        functionDeclarations: z
          .array(
            z.looseObject({
              name: z.string().regex(/^[A-Za-z_][\w.:-]{0,127}$/),
              description: z.string().optional(),
              parameters: z.unknown().optional(),
              parametersJsonSchema: z.unknown().optional(),
            }),
          )
          .optional(),
      }),
    )
    .optional(),
  toolConfig: z
    .looseObject({
      functionCallingConfig: z.looseObject({ mode: z.enum(['AUTO', 'ANY', 'NONE', 'VALIDATED']) }).optional(),
    })
    .optional(),
  generationConfig: z
    .looseObject({
      temperature: z.number().min(0).max(2).optional(),
      maxOutputTokens: z.number().int().min(1).optional(),
    })
    .optional(),
  safetySettings: z.array(z.looseObject({ category: z.string(), threshold: z.string() })).optional(),
  cachedContent: z.string().optional(),
  serviceTier: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
});

export type GenerateBody = z.output<typeof generateBody>;
export type Part = GenerateBody['contents'][number]['parts'][number];
export type GeminiRequest = ProviderRequest<GenerateBody>;
