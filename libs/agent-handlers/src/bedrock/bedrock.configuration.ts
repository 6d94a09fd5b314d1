import { z } from 'zod';
import { claudeFields, thinkingProblem } from '../anthropic/claude-fields.ts';
import { baseUrl, freeForm, sharedSettings, text } from '../configuration-fields.ts';
import { configurationOf } from '../configuration-keys.ts';

/** A label of a host name: the region becomes part of one. */
const region = z.string().regex(/^[a-z]{2}[a-z0-9-]+$/, 'must be a region such as us-east-1');

/** Provider settings of an agent that runs on Claude on Amazon Bedrock. */
export const bedrockConfiguration = configurationOf(
  z
    .looseObject({
      model: text.optional().describe('Id of a model or an inference profile. Absent: the name of the llm.'),
      api_key: text.optional().describe('A key of Bedrock itself, instead of the pair of keys.'),
      aws_access_key: text.optional().describe('Absent: the operator’s account.'),
      aws_secret_key: text.optional(),
      aws_session_token: text.optional(),
      aws_region: region.optional(),
      base_url: baseUrl.optional(),
      ...claudeFields,
      tools: z
        .array(z.looseObject({ name: text, description: text.optional(), input_schema: freeForm.optional() }))
        .optional()
        .describe('Accepted; tools are those of the agent’s MCP servers, Bedrock runs none.'),
      guardrail: z
        .looseObject({ identifier: text, version: text, trace: z.enum(['enabled', 'disabled']).optional() })
        .optional(),
      service_tier: z.enum(['reserved', 'priority', 'default', 'flex']).optional(),
      ...sharedSettings,
    })
    .refine((given) => (given.aws_access_key === undefined) === (given.aws_secret_key === undefined), {
      path: ['aws_secret_key'],
      message: 'aws_access_key and aws_secret_key go together',
    })
    .superRefine(thinkingProblem),
);

export type BedrockConfiguration = z.output<typeof bedrockConfiguration>;
