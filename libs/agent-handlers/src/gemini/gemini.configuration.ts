import { z } from 'zod';
import {
  baseUrl,
  googleLocation,
  googleProject,
  model,
  penalty,
  serviceAccount,
  share,
  sharedSettings,
  temperature,
  text,
  textByName,
  textSettings,
  tokens,
  toolChoice,
} from '../configuration-fields.ts';
import { configurationOf } from '../configuration-keys.ts';
import { geminiTool } from './gemini.tool.configuration.ts';

const thresholds = z.enum([
  'BLOCK_LOW_AND_ABOVE',
  'BLOCK_MEDIUM_AND_ABOVE',
  'BLOCK_ONLY_HIGH',
  'BLOCK_NONE',
  'OFF',
]);

/** Provider settings of an agent that runs on Gemini, by API key or on Vertex AI. */
export const geminiConfiguration = configurationOf(
  z
    .looseObject({
      model,
      api_key: text.optional(),
      base_url: baseUrl.optional(),
      project: googleProject.optional().describe('Of Google Cloud: asks Vertex AI.'),
      location: googleLocation.optional(),
      service_account: serviceAccount,
      max_output_tokens: tokens.optional(),
      temperature: temperature(2).optional(),
      top_p: share.optional(),
      top_k: z.number().int().min(1).optional(),
      stop_sequences: z.array(text).max(5).optional(),
      presence_penalty: penalty.optional(),
      frequency_penalty: penalty.optional(),
      seed: z.number().int().optional(),
      reasoning: z
        .looseObject({
          enabled: z.boolean().optional(),
          include_thoughts: z.boolean().optional(),
          thinking_level: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
          thinking_budget: z.number().int().min(-1).optional().describe('0: none, -1: as the model likes.'),
          effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).optional(),
        })
        .refine((given) => given.thinking_level === undefined || given.thinking_budget === undefined, {
          path: ['thinking_budget'],
          message: 'cannot be given beside thinking_level',
        })
        .optional(),
      text: textSettings.optional(),
      tools: z.array(geminiTool).optional(),
      tool_choice: toolChoice.optional(),
      safety_settings: z.array(z.looseObject({ category: text, threshold: thresholds })).optional(),
      response_modalities: z.array(z.enum(['TEXT', 'IMAGE'])).optional(),
      media_resolution: z
        .enum(['MEDIA_RESOLUTION_LOW', 'MEDIA_RESOLUTION_MEDIUM', 'MEDIA_RESOLUTION_HIGH'])
        .optional(),
      cached_content: text.optional(),
      service_tier: z.enum(['standard', 'flex', 'priority']).optional(),
      labels: textByName.optional(),
      extra_headers: textByName.optional(),
      ...sharedSettings,
    })
    .refine((given) => given.service_account === undefined || given.project !== undefined, {
      path: ['project'],
      message: 'must be given with service_account',
    }),
);

export type GeminiConfiguration = z.output<typeof geminiConfiguration>;
