import { z } from 'zod';
import { configurationKeys } from '../configuration-keys.ts';

const settings = z
  .looseObject({
    model: z.string().min(1).nullish(),
    openai_api_key: z.string().nullish(),
    api_key: z.string().nullish(),
    base_url: z.string().nullish(),
    max_output_tokens: z.number().int().min(1).nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    reasoning: z.looseObject({ effort: z.string().nullish(), summary: z.string().nullish() }).nullish(),
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
export const openAiConfiguration = configurationKeys.pipe(settings);

export type OpenAiConfiguration = z.output<typeof openAiConfiguration>;
