import { anthropicTools as tools } from '@ai-sdk/anthropic/internal';
import type { ToolSet } from 'ai';
import type { AnthropicConfiguration } from './anthropic.configuration.ts';
import { type AnthropicTool, versionOf } from './anthropic.tool.configuration.ts';

/** Code runs in a container, which sees uploaded files only. */
export const runsCode = ({ tools = [], skills = [] }: AnthropicConfiguration): boolean =>
  skills.length > 0 || tools.some((tool) => versionOf(tool)?.startsWith('code_execution'));

/** The tools that run at Anthropic. */
export function nativeTools(configuration: AnthropicConfiguration): { set: ToolSet; warnings: string[] } {
  const set: ToolSet = {};
  const warnings: string[] = [];
  for (const given of configuration.tools ?? []) {
    const version = versionOf(given);
    if (version) set[version.replace(/_\d+$/, '')] = nativeTool(version, given);
    else warnings.push(`The tool ${given.name} of the configuration is offered if an MCP server has it.`);
  }
  // Skills are files of the container in which code runs.
  if (runsCode(configuration)) set.code_execution ??= tools.codeExecution_20250825();
  return { set, warnings };
}

function nativeTool(
  version: NonNullable<ReturnType<typeof versionOf>>,
  given: AnthropicTool,
): ToolSet[string] {
  const domains = {
    maxUses: given.max_uses,
    allowedDomains: given.allowed_domains,
    blockedDomains: given.blocked_domains,
  };
  const search = {
    ...domains,
    userLocation: given.user_location && { ...given.user_location, type: 'approximate' as const },
  };
  const fetch = { ...domains, citations: given.citations, maxContentTokens: given.max_content_tokens };
  switch (version) {
    case 'web_search_20250305':
      return tools.webSearch_20250305(search);
    case 'web_search_20260209':
      return tools.webSearch_20260209(search);
    case 'web_search_20260318':
      return tools.webSearch_20260318(search);
    case 'web_fetch_20250910':
      return tools.webFetch_20250910(fetch);
    case 'web_fetch_20260209':
      return tools.webFetch_20260209(fetch);
    case 'web_fetch_20260318':
      return tools.webFetch_20260318(fetch);
    case 'code_execution_20250522':
      return tools.codeExecution_20250522({});
    case 'code_execution_20250825':
      return tools.codeExecution_20250825();
    case 'code_execution_20260120':
      return tools.codeExecution_20260120();
  }
}
