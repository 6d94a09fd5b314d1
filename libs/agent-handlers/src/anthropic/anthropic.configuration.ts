import { z } from 'zod';
import {
  baseUrl,
  jsonFormat,
  mcpLlmNative,
  share,
  sharedSettings,
  temperature,
  text,
  textByName,
  tokens,
  toolChoice,
} from '../configuration-fields.ts';
import { configurationOf } from '../configuration-keys.ts';
import { claudeReasoning, thinkingProblem } from './claude-thinking.ts';
import { anthropicTool } from './anthropic.tool.configuration.ts';

const MAX_SKILLS = 8;

const mcpServer = z.looseObject({
  type: z.literal('url').optional(),
  name: text,
  url: baseUrl,
  authorization_token: text.optional(),
  tool_configuration: z
    .looseObject({ enabled: z.boolean().optional(), allowed_tools: z.array(text).optional() })
    .optional(),
});

/** Provider settings of an agent that runs on Anthropic's Messages API. */
export const anthropicConfiguration = configurationOf(
  z
    .looseObject({
      model: text.optional().describe('Absent: the name of the llm.'),
      api_key: text.optional(),
      base_url: baseUrl.optional(),
      max_tokens: tokens.optional(),
      temperature: temperature(1).optional(),
      top_p: share.optional(),
      top_k: z.number().int().min(0).optional(),
      stop_sequences: z.array(text).optional(),
      ...claudeReasoning,
      text: z.looseObject({ format: jsonFormat.optional() }).optional().describe('The answer as JSON.'),
      tools: z.array(anthropicTool).optional(),
      tool_choice: toolChoice.optional(),
      parallel_tool_calls: z.boolean().optional(),
      skills: z
        .array(
          z.looseObject({
            type: z.enum(['anthropic', 'custom']).optional(),
            skill_id: text,
            version: z.union([text, z.number().int()]).optional(),
          }),
        )
        .max(MAX_SKILLS)
        .optional(),
      container: text.optional().describe('Id of a container at the provider to go on with.'),
      mcp_servers: z.array(mcpServer).optional().describe('The provider speaks to these itself.'),
      mcp_llm_native: mcpLlmNative,
      cache_control: z
        .looseObject({ type: z.literal('ephemeral').optional(), ttl: z.enum(['5m', '1h']).optional() })
        .optional()
        .describe('Has the provider cache what requests begin with.'),
      service_tier: z.enum(['auto', 'standard_only']).optional(),
      metadata: z.looseObject({ user_id: text.optional() }).optional(),
      betas: z.array(text).optional(),
      extra_headers: textByName.optional(),
      ...sharedSettings,
    })
    .refine(({ text: { format } = {} }) => format?.type !== 'json_schema' || format.schema !== undefined, {
      path: ['text', 'format', 'schema'],
      message: 'must be given for the format json_schema',
    })
    .superRefine(thinkingProblem),
);

export type AnthropicConfiguration = z.output<typeof anthropicConfiguration>;
