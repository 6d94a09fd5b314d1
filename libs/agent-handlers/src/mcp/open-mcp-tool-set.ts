import type { McpEndpoint } from './mcp-endpoint.ts';
import type { McpToolSet, McpToolSetOptions } from './mcp-tool-set.ts';

/** {@link import('./mcp-tool-set.ts').openMcpToolSet}, brought into memory by the first run that has a server. */
export async function openMcpToolSet(
  endpoints: readonly McpEndpoint[],
  options: McpToolSetOptions,
): Promise<McpToolSet> {
  if (endpoints.length === 0) return { tools: [], close: () => Promise.resolve() };
  const { openMcpToolSet: open } = await import('./mcp-tool-set.ts');
  return open(endpoints, options);
}
