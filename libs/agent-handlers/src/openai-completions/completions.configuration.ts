import { z } from 'zod';
import {
  baseUrl,
  freeForm,
  model,
  penalty,
  share,
  sharedSettings,
  temperature,
  text,
  textByName,
  tokens,
  toolChoice,
} from '../configuration-fields.ts';
import { configurationOf } from '../configuration-keys.ts';

const seconds = z.number().positive();

/** Written for pools of connections that each agent had; ours are the process's. */
const ofPools = z
  .number()
  .positive()
  .optional()
  .describe('Accepted, and of no effect: connections are those of the whole process.');

const responseFormat = z
  .looseObject({
    type: z.enum(['text', 'json_object', 'json_schema']),
    json_schema: z
      .looseObject({
        name: text.optional(),
        description: text.optional(),
        schema: freeForm.optional(),
        strict: z.boolean().optional(),
      })
      .optional(),
  })
  .refine(({ type, json_schema }) => type !== 'json_schema' || json_schema?.schema !== undefined, {
    path: ['json_schema', 'schema'],
    message: 'must be given for the type json_schema',
  });

/** Provider settings of an agent that runs on a server with OpenAI's chat completions. */
export const completionsConfiguration = configurationOf(
  z.looseObject({
    model,
    openai_api_key: text.optional(),
    api_key: text.optional(),
    base_url: baseUrl.optional(),
    max_tokens: tokens.optional(),
    max_completion_tokens: tokens.optional(),
    temperature: temperature(2).optional(),
    top_p: share.optional(),
    presence_penalty: penalty.optional(),
    frequency_penalty: penalty.optional(),
    seed: z.number().int().optional(),
    stop: z.union([z.array(text), text]).optional(),
    logit_bias: freeForm.optional(),
    extra_body: freeForm.optional().describe('Goes into every request as it is, over what is there.'),
    extra_headers: textByName.optional(),
    extra_query: textByName.optional(),
    enable_thinking: z.boolean().optional().describe('For chat templates that know it (Qwen, GLM…).'),
    separate_reasoning: z.boolean().optional().describe('For SGLang.'),
    reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
    enable_think_tag_split: z
      .boolean()
      .optional()
      .describe('Takes what stands between <think> and </think> for reasoning, which is the default.'),
    keep_reasoning: z
      .boolean()
      .optional()
      .describe(
        'Sends the reasoning of a tool round back with it, as DeepSeek wants it and Groq refuses it.',
      ),
    tool_history_compatibility: z
      .enum(['auto', 'strict', 'flatten'])
      .optional()
      .describe(
        'Earlier tool calls as such (strict), as text (flatten), or as text where no tool is offered.',
      ),
    instructions_role: z
      .enum(['system', 'developer', 'user'])
      .optional()
      .describe('For models without a system turn (Gemma…): user.'),
    response_format: responseFormat.optional(),
    tools: z
      .array(z.looseObject({ type: text.optional(), function: freeForm.optional() }))
      .optional()
      .describe('Accepted; tools are those of the agent’s MCP servers.'),
    tool_choice: toolChoice.optional(),
    parallel_tool_calls: z.boolean().optional(),
    request_timeout_seconds: seconds
      .optional()
      .describe('How long the server may be silent; 120 unless said.'),
    connect_timeout_seconds: ofPools,
    pool_max_connections: ofPools,
    pool_max_keepalive_connections: ofPools,
    max_tool_call_depth: z.number().int().min(1).max(64).optional(),
    debug_log_request_messages: z
      .boolean()
      .optional()
      .describe('Accepted, and of no effect: content is never logged.'),
    ...sharedSettings,
  }),
);

export type CompletionsConfiguration = z.output<typeof completionsConfiguration>;
