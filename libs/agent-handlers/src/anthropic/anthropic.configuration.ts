import { z } from 'zod';
import {
  baseUrl,
  googleLocation,
  googleProject,
  mcpLlmNative,
  model,
  serviceAccount,
  sharedSettings,
  text,
} from '../configuration-fields.ts';
import { configurationOf } from '../configuration-keys.ts';
import { claudeFields, thinkingProblem } from './claude-fields.ts';
import { type AnthropicTool, anthropicTool, versionOf } from './anthropic.tool.configuration.ts';

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
      project_id: googleProject
        .optional()
        .describe('Of Google Cloud: asks Vertex AI; the operator’s unless said.'),
      region: googleLocation.optional().describe('Of Vertex AI: asks there.'),
      service_account: serviceAccount,
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
    .superRefine(thinkingProblem)
    .superRefine(vertexProblem),
);

export type AnthropicConfiguration = z.output<typeof anthropicConfiguration>;

/** Whether the agent's Claude runs in a project of Google Cloud, not at Anthropic. */
export const isOnVertex = ({ project_id, region }: { project_id?: string; region?: string }): boolean =>
  project_id !== undefined || region !== undefined;

/** Ids of the provider's own skills are words (`xlsx`); those of a workspace say that they are ids. */
export const kindOfSkill = ({ type, skill_id }: { type?: 'anthropic' | 'custom'; skill_id: string }) =>
  type ?? (skill_id.startsWith('skill_') ? 'custom' : 'anthropic');

/** On Vertex AI a model has one tool of the provider's, and neither its containers nor its MCP client. */
const NOT_ON_VERTEX = ['api_key', 'skills', 'container', 'mcp_servers', 'mcp_llm_native'];
const VERTEX_TOOL = 'web_search_20250305';

function vertexProblem(
  given: Record<string, unknown> & { project_id?: string; region?: string; tools?: AnthropicTool[] },
  context: z.core.$RefinementCtx,
): void {
  const refuse = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  if (!isOnVertex(given)) {
    if (given.service_account !== undefined) refuse(['project_id'], 'must be given with service_account');
    return;
  }
  for (const key of NOT_ON_VERTEX.filter((name) => given[name] !== undefined && given[name] !== false)) {
    refuse([key], 'cannot be given beside project_id and region: Vertex AI takes none');
  }
  for (const [index, tool] of (given.tools ?? []).entries()) {
    const version = versionOf(tool);
    if (version !== undefined && version !== VERTEX_TOOL) {
      refuse(['tools', index, 'type'], `must be ${VERTEX_TOOL}, the only tool of Claude on Vertex AI`);
    }
  }
}
