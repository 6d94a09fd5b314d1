import type { createGoogle } from '@ai-sdk/google';
import type { ToolSet } from 'ai';
import type { GeminiConfiguration } from './gemini.configuration.ts';
import { type GeminiTool, type NativeGeminiTool, nativeKind } from './gemini.tool.configuration.ts';

export type GeminiTools = Pick<
  ReturnType<typeof createGoogle>['tools'],
  'googleSearch' | 'codeExecution' | 'urlContext' | 'googleMaps' | 'fileSearch'
>;

/** The tools that run at Google. */
export function nativeTools(
  tools: GeminiTools,
  { tools: configured = [] }: GeminiConfiguration,
): { set: ToolSet; warnings: string[] } {
  const set: ToolSet = {};
  const warnings: string[] = [];
  for (const tool of configured) {
    const kind = nativeKind(tool);
    if (kind) set[kind] = nativeTool(tools, kind, tool);
    else warnings.push(`The function ${tool.name} of the configuration is offered if an MCP server has it.`);
  }
  return { set, warnings };
}

function nativeTool(tools: GeminiTools, kind: NativeGeminiTool, tool: GeminiTool): ToolSet[string] {
  switch (kind) {
    case 'google_search':
      return tools.googleSearch({});
    case 'code_execution':
      return tools.codeExecution({});
    case 'url_context':
      return tools.urlContext({});
    case 'google_maps':
      return tools.googleMaps({});
    case 'file_search':
      return tools.fileSearch({
        fileSearchStoreNames: tool.file_search_store_names ?? [],
        metadataFilter: tool.metadata_filter,
        topK: tool.top_k,
      });
  }
}
