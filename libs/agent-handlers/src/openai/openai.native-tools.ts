import type { createOpenAI } from '@ai-sdk/openai';
import type { ToolSet } from 'ai';
import type { NativeMcpServer } from '../agent-handler.ts';
import type { OpenAiConfiguration } from './openai.configuration.ts';
import type { OpenAiTool } from './openai.tool.configuration.ts';

type OpenAiTools = ReturnType<typeof createOpenAI>['tools'];

export interface NativeTools {
  set: ToolSet;
  /** Their results are at the provider only: the next step can but refer to them. */
  needStore: boolean;
  warnings: string[];
}

/** The tools that run at OpenAI. @param fileIds files of the conversation, for its containers */
export function nativeTools(
  tools: OpenAiTools,
  configuration: OpenAiConfiguration,
  { mcpServers = [], fileIds }: { mcpServers?: readonly NativeMcpServer[]; fileIds: readonly string[] },
): NativeTools {
  const set: ToolSet = {};
  const warnings: string[] = [];
  for (const tool of configuration.tools ?? []) {
    const made = nativeTool(tools, tool, fileIds);
    if (made) set[tool.type === 'mcp' ? mcpName(tool.server_label) : tool.type] = made;
    else warnings.push(`The function ${tool.name} of the configuration is offered if an MCP server has it.`);
  }
  for (const { label, url, headers, enabledTools } of mcpServers) {
    set[mcpName(label)] = tools.mcp({
      serverLabel: serverLabel(label),
      serverUrl: url,
      headers: { ...headers },
      requireApproval: 'never',
      allowedTools: enabledTools && [...enabledTools],
    });
  }
  const { skills = [] } = configuration;
  if (skills.length > 0) set.shell = shell(tools, skills, fileIds);
  const needStore = Object.keys(set).some((name) => !/^(web_search|web_search_preview|shell)$/.test(name));
  return { set, needStore, warnings };
}

function nativeTool(
  tools: OpenAiTools,
  tool: OpenAiTool,
  fileIds: readonly string[],
): ToolSet[string] | undefined {
  switch (tool.type) {
    case 'function':
      return undefined;
    case 'web_search':
      return tools.webSearch({
        searchContextSize: tool.search_context_size,
        userLocation: tool.user_location && { ...tool.user_location, type: 'approximate' },
        externalWebAccess: tool.external_web_access,
        filters: {
          allowedDomains: tool.filters?.allowed_domains as string[] | undefined,
          blockedDomains: tool.filters?.blocked_domains as string[] | undefined,
        },
      });
    case 'web_search_preview':
      return tools.webSearchPreview({
        searchContextSize: tool.search_context_size,
        userLocation: tool.user_location && { ...tool.user_location, type: 'approximate' },
      });
    case 'code_interpreter':
      return tools.codeInterpreter({ container: containerOf(tool, fileIds) });
    case 'file_search':
      return tools.fileSearch({
        vectorStoreIds: tool.vector_store_ids ?? [],
        maxNumResults: tool.max_num_results,
        ranking: tool.ranking_options && {
          ranker: tool.ranking_options.ranker,
          scoreThreshold: tool.ranking_options.score_threshold,
        },
        filters: tool.filters as Parameters<typeof tools.fileSearch>[0]['filters'],
      });
    case 'image_generation':
      return tools.imageGeneration({
        model: tool.model,
        quality: tool.quality,
        size: tool.size,
        background: tool.background,
        outputFormat: tool.output_format,
        outputCompression: tool.output_compression,
      });
    case 'mcp': {
      const { server_url: serverUrl, connector_id: connectorId } = tool;
      return tools.mcp({
        serverLabel: serverLabel(tool.server_label),
        ...(serverUrl === undefined ? { connectorId } : { serverUrl }),
        serverDescription: tool.server_description,
        authorization: tool.authorization,
        headers: tool.headers,
        allowedTools: tool.allowed_tools,
        requireApproval: 'never',
      });
    }
  }
}

function containerOf({ container }: OpenAiTool, fileIds: readonly string[]) {
  if (typeof container === 'string') return container;
  return {
    fileIds: [...(container?.file_ids ?? []), ...fileIds],
    memoryLimit: container?.memory_limit,
  };
}

const shell = (
  tools: OpenAiTools,
  skills: NonNullable<OpenAiConfiguration['skills']>,
  fileIds: readonly string[],
): ToolSet[string] =>
  tools.shell({
    environment: {
      type: 'containerAuto',
      fileIds: [...fileIds],
      skills: skills.map(({ skill_id, version }) => ({
        type: 'skillReference',
        providerReference: { openai: skill_id },
        version: version === undefined ? undefined : String(version),
      })),
    },
  });

/** The provider wants a letter first, then letters, digits, `-` and `_`. */
const serverLabel = (label = ''): string => label.replace(/[^\w-]/g, '_').replace(/^(?![a-z])/i, 'mcp_');
const mcpName = (label = ''): string => `mcp_${serverLabel(label)}`;
