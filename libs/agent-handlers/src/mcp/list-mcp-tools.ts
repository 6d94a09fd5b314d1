import type { EgressGuard } from '../egress/guarded-fetch.ts';
import type { JsonObject } from '../json.ts';
import type { McpEndpoint } from './mcp-endpoint.ts';

/** A tool as its server describes it. */
export interface ListedTool {
  name: string;
  description?: string;
  inputSchema: JsonObject;
}

export interface ListMcpToolsOptions {
  egress: EgressGuard;
  signal: AbortSignal;
  /** Of all answers together: whoever runs a server must not fill our memory. */
  maxBytes: number;
}

/**
 * Asks one server what it offers, without a run.
 * @throws whatever keeps the server from being used: AppError `egress.forbidden`, network, protocol, abort
 */
export async function listMcpTools(
  endpoint: McpEndpoint,
  { egress, signal, maxBytes }: ListMcpToolsOptions,
): Promise<ListedTool[]> {
  const { McpConnection } = await import('./mcp-connection.ts');
  const connection = new McpConnection(endpoint, egress, maxBytes);
  try {
    const tools = await connection.list(signal);
    return tools.map(({ name, description, inputSchema }) => ({
      name,
      description,
      inputSchema: inputSchema as JsonObject,
    }));
  } finally {
    // Nobody has to wait until the server has said goodbye.
    void connection.close().catch(() => {});
  }
}
