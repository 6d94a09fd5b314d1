import { z } from 'zod';
import { baseUrl, mcpLlmNative, model, sharedSettings, text } from '../configuration-fields.ts';
import { configurationOf } from '../configuration-keys.ts';
import { claudeFields, thinkingProblem } from './claude-fields.ts';
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
      model,
      api_key: text.optional(),
      base_url: baseUrl.optional(),
      ...claudeFields,
      tools: z.array(anthropicTool).optional(),
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
      ...sharedSettings,
    })
    .superRefine(thinkingProblem),
);

export type AnthropicConfiguration = z.output<typeof anthropicConfiguration>;
