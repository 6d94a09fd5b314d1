import type { NativeMcpServer } from '../agent-handler.ts';
import type { AnthropicConfiguration } from './anthropic.configuration.ts';

/** The servers the provider shall speak to itself. It sends no header but the authorization. */
export function mcpConnector(
  { mcp_servers: configured = [] }: AnthropicConfiguration,
  servers: readonly NativeMcpServer[] = [],
) {
  const connectors = [
    ...configured.map(({ name, url, authorization_token, tool_configuration }) => ({
      type: 'url' as const,
      name,
      url,
      authorizationToken: authorization_token,
      toolConfiguration: tool_configuration && {
        enabled: tool_configuration.enabled,
        allowedTools: tool_configuration.allowed_tools,
      },
    })),
    ...servers.map(({ label, url, headers, enabledTools }) => ({
      type: 'url' as const,
      name: label,
      url,
      authorizationToken: bearerOf(headers),
      toolConfiguration: enabledTools && { enabled: true, allowedTools: [...enabledTools] },
    })),
  ];
  const warnings = servers.flatMap(({ label, headers }) => {
    const lost = Object.keys(headers).filter((name) => !isAuthorization(name));
    return lost.length > 0
      ? [`Anthropic’s MCP connector does not send these headers to ${label}: ${lost.join(', ')}.`]
      : [];
  });
  return { connectors, warnings };
}

const isAuthorization = (name: string): boolean => name.toLowerCase() === 'authorization';

function bearerOf(headers: NativeMcpServer['headers']): string | undefined {
  const value = Object.entries(headers).find(([name]) => isAuthorization(name))?.[1];
  return value?.replace(/^Bearer\s+/i, '');
}
