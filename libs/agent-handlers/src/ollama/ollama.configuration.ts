import { z } from 'zod';
import {
  baseUrl,
  freeForm,
  model,
  share,
  sharedSettings,
  temperature,
  text,
  textByName,
  textSettings,
} from '../configuration-fields.ts';
import { configurationOf } from '../configuration-keys.ts';

/** Provider settings of an agent that runs on Ollama's own API. */
export const ollamaConfiguration = configurationOf(
  z.looseObject({
    model,
    base_url: baseUrl.optional(),
    api_key: text.optional(),
    headers: textByName.optional(),
    temperature: temperature(2).optional(),
    top_p: share.optional(),
    top_k: z.number().int().min(1).optional(),
    min_p: share.optional(),
    num_predict: z.number().int().min(-2).optional().describe('Tokens of the answer; -1: no limit.'),
    num_ctx: z.number().int().min(1).optional(),
    repeat_penalty: z.number().min(0).optional(),
    seed: z.number().int().optional(),
    stop: z.array(text).optional(),
    keep_alive: z.union([text, z.number()]).optional(),
    text: textSettings.optional(),
    reasoning: z
      .looseObject({
        enabled: z.boolean().optional(),
        effort: z.enum(['low', 'medium', 'high']).optional(),
      })
      .optional(),
    web_tools_enabled: z
      .looseObject({ web_search: z.boolean().optional(), web_fetch: z.boolean().optional() })
      .optional()
      .describe('Ollama’s web search and page reader, with the key of the agent or of the operator.'),
    tools: z
      .array(z.looseObject({ type: text.optional(), function: freeForm.optional() }))
      .optional()
      .describe('Accepted; tools are those of the agent’s MCP servers.'),
    ...sharedSettings,
  }),
);

export type OllamaConfiguration = z.output<typeof ollamaConfiguration>;
