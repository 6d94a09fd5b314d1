import { z } from 'zod';
import {
  baseUrl,
  jsonFormat,
  mcpLlmNative,
  model,
  share,
  sharedSettings,
  temperature,
  text,
  textByName,
  tokens,
  toolChoice,
} from '../configuration-fields.ts';
import { configurationOf } from '../configuration-keys.ts';
import { openAiTool } from './openai.tool.configuration.ts';

/** Provider settings of an agent that runs on the OpenAI Responses API. */
export const openAiConfiguration = configurationOf(
  z.looseObject({
    model,
    openai_api_key: text.optional(),
    api_key: text.optional(),
    base_url: baseUrl.optional(),
    max_output_tokens: tokens.optional(),
    temperature: temperature(2).optional(),
    top_p: share.optional(),
    reasoning: z
      .looseObject({
        effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).optional(),
        summary: z
          .enum(['auto', 'concise', 'detailed', 'none', 'required'])
          .optional()
          .describe('What is streamed as reasoning; "required" is the same as "auto".'),
      })
      .optional(),
    text: z
      .looseObject({
        format: jsonFormat.optional(),
        verbosity: z.enum(['low', 'medium', 'high']).optional(),
      })
      .optional(),
    tools: z.array(openAiTool).optional(),
    tool_choice: toolChoice.optional(),
    parallel_tool_calls: z.boolean().optional(),
    max_tool_calls: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('Of the provider’s own tools, in one answer.'),
    skills: z
      .array(z.looseObject({ skill_id: text, version: z.union([text, z.number().int()]).optional() }))
      .optional(),
    skills_environment: z
      .enum(['container_auto', 'local'])
      .optional()
      .describe('Accepted, and of no effect: skills run in a container of the provider.'),
    store: z.boolean().optional().describe('Keeps answers at the provider, as some of its tools need it.'),
    truncation: z.enum(['auto', 'disabled']).optional(),
    service_tier: z.enum(['auto', 'default', 'flex', 'priority']).optional(),
    prompt_cache_key: text.optional(),
    safety_identifier: text.optional(),
    user: text.optional(),
    metadata: textByName.optional(),
    extra_headers: textByName.optional(),
    mcp_llm_native: mcpLlmNative,
    ...sharedSettings,
  }),
);

export type OpenAiConfiguration = z.output<typeof openAiConfiguration>;
