import { mcpEndpoints, type NativeMcpServer, type Tool } from '@agent-engine/agent-handlers';
import type { Partition } from '@agent-engine/partition';
import type { AgentSetup } from './agent-setup.ts';

/**
 * The agent's MCP servers for its provider to speak to, where it wants that and all its models can; else undefined. The
 * operator's own server is never among them: its token is for runners only.
 */
export function nativeServers(partition: Partition, setup: AgentSetup): NativeMcpServer[] | undefined {
  const { settings, models, mcpServers } = setup;
  if (!settings.mcp_llm_native || !models.every(({ handler }) => handler.nativeMcp)) return undefined;
  return mcpEndpoints(partition, mcpServers, undefined).map(({ label, url, headers }) => ({
    label,
    url,
    headers,
    enabledTools: settings.enabled_tools ?? undefined,
  }));
}

/** The agent's tools and those its provider offers beside its models; of two with one name the agent's. */
export function withOwnTools(tools: readonly Tool[], { models: [first] }: AgentSetup): Tool[] {
  const names = new Set(tools.map(({ name }) => name));
  const own = first.handler.ownTools?.(first.configuration) ?? [];
  return [...tools, ...own.filter(({ name }) => !names.has(name))];
}
