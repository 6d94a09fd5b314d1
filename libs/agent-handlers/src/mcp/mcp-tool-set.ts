import type { EgressGuard } from '../egress/guarded-fetch.ts';
import type { JsonObject } from '../json.ts';
import type { Tool } from '../tool.ts';
import { McpConnection } from './mcp-connection.ts';
import type { McpEndpoint } from './mcp-endpoint.ts';
import type { ToolCatalogue } from './tool-catalogue.ts';
import { offeredNames } from './tool-names.ts';

/** How long a server may take to list its tools before the run goes on without them. */
const LIST_TIMEOUT_MS = 10_000;

/** Of all that one server answers in one run: whoever runs it must not fill our memory. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface McpToolSetOptions {
  /** Guards the endpoints that tenants named. */
  egress: EgressGuard;
  signal: AbortSignal;
  /** Whose run it is: what is remembered of a server is its own tenant's. */
  tenant: string;
  catalogue: ToolCatalogue;
  /** Names of the tools the agent may use; absent: all. */
  enabledTools?: readonly string[];
  /** A server that could not be used. The run goes on without its tools. */
  onDeadServer: (label: string, error: unknown) => void;
  listTimeoutMs?: number;
}

/** The tools of all MCP servers of one run. */
export interface McpToolSet {
  readonly tools: readonly Tool[];
  close(): Promise<void>;
}

/** Asks all servers at once what they offer, those of which it is not remembered. One that is dead, slow or forbidden costs its own tools only. */
export async function openMcpToolSet(
  endpoints: readonly McpEndpoint[],
  options: McpToolSetOptions,
): Promise<McpToolSet> {
  const { egress, signal, tenant, catalogue, enabledTools, onDeadServer } = options;
  const listTimeoutMs = options.listTimeoutMs ?? LIST_TIMEOUT_MS;
  const listing = AbortSignal.any([signal, AbortSignal.timeout(listTimeoutMs)]);
  const opened = await Promise.all(
    endpoints.map(async (endpoint) => {
      let connection: McpConnection | undefined;
      try {
        const opened = new McpConnection(endpoint, egress, MAX_BYTES);
        connection = opened;
        const tools = await catalogue.tools(tenant, endpoint, {
          list: () => opened.list(listing),
          signal: listing,
          onStale: (error) => onDeadServer(endpoint.label, error),
        });
        return { connection, tools };
      } catch (error) {
        void connection?.close().catch(() => {});
        onDeadServer(endpoint.label, error);
        return undefined;
      }
    }),
  );
  const servers = opened.filter((server) => server !== undefined);
  const offered = servers
    .flatMap(({ connection, tools }) => tools.map((tool) => ({ connection, tool })))
    .filter(({ tool }) => enabledTools?.includes(tool.name) ?? true);
  const names = offeredNames(
    offered.map(({ connection, tool }) => ({ label: connection.endpoint.label, name: tool.name })),
  );
  return {
    tools: offered.map(({ connection, tool }, i) => ({
      name: names[i] ?? tool.name,
      description: tool.description,
      inputSchema: tool.inputSchema as JsonObject,
      run: (args, options) => connection.call(tool.name, args, options),
    })),
    close: async () => {
      await Promise.all(servers.map(({ connection }) => connection.close()));
    },
  };
}
