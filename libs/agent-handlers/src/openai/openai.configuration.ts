import { z } from 'zod';
import { configurationOf } from '../configuration-keys.ts';

const settings = z
  .looseObject({
    model: z.string().min(1).optional(),
    openai_api_key: z.string().optional(),
    api_key: z.string().optional(),
    base_url: z.string().optional(),
    max_output_tokens: z.number().int().min(1).optional(),
    temperature: z.number().min(0).max(2).optional(),
    top_p: z.number().min(0).max(1).optional(),
    reasoning: z.looseObject({ effort: z.string().optional(), summary: z.string().optional() }).optional(),
  })
  .transform((raw) => ({
    model: raw.model ?? undefined,
    apiKey: raw.openai_api_key || raw.api_key || undefined,
    baseUrl: raw.base_url || undefined,
    maxOutputTokens: raw.max_output_tokens ?? undefined,
    temperature: raw.temperature ?? undefined,
    topP: raw.top_p ?? undefined,
    reasoning: raw.reasoning
      ? { effort: raw.reasoning.effort ?? undefined, summary: raw.reasoning.summary ?? undefined }
      : undefined,
  }));

/** Provider settings of an agent that runs on the OpenAI Responses API. */
export const openAiConfiguration = configurationOf(settings);

export type OpenAiConfiguration = z.output<typeof openAiConfiguration>;
