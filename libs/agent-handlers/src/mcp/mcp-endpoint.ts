import { isJsonObject } from '../json.ts';

/** Where an MCP server is and what every call to it carries. Made per run, never changed. */
export interface McpEndpoint {
  readonly label: string;
  readonly url: string;
  /** Names as they go out on the wire. */
  readonly headers: Readonly<Record<string, string>>;
  /** Named by the operator, so not subject to the egress guard. */
  readonly trusted: boolean;
}

/** The part of an MCP server row that matters here. */
export interface McpServerRow {
  mcpLabel: string;
  mcpServerUrl: string;
  headers?: unknown;
}

export interface InternalMcp {
  /** `{endpoint_id}` stands for the endpoint of the run. */
  url: string;
  token?: string;
}

interface Tenant {
  endpointId: string;
  partId: string;
}

const PART_HEADER = 'X-Part-ID';

/** The servers of one run: the agent's own, then the internal one that every agent has. */
export function mcpEndpoints(
  tenant: Tenant,
  servers: readonly McpServerRow[],
  internal: InternalMcp | undefined,
): McpEndpoint[] {
  const own = servers.map((server) => ({
    label: server.mcpLabel,
    url: server.mcpServerUrl,
    // The tenant's own header of that name loses: it says who is asking, and that is for us to say.
    headers: mergeHeaders(textHeaders(server.headers), { [PART_HEADER]: tenant.partId }),
    trusted: false,
  }));
  if (!internal) return own;
  return [
    ...own,
    {
      label: 'internal',
      url: internal.url.replaceAll('{endpoint_id}', encodeURIComponent(tenant.endpointId)),
      headers: {
        [PART_HEADER]: tenant.partId,
        ...(internal.token && { Authorization: `Bearer ${internal.token}` }),
      },
      trusted: true,
    },
  ];
}

/** Later records win, whatever the case of the names; the winner's spelling is kept. */
export function mergeHeaders(...records: Readonly<Record<string, string>>[]): Record<string, string> {
  const byName = new Map<string, [string, string]>();
  for (const record of records) {
    for (const [name, value] of Object.entries(record)) byName.set(name.toLowerCase(), [name, value]);
  }
  return Object.fromEntries(byName.values());
}

function textHeaders(headers: unknown): Record<string, string> {
  if (!isJsonObject(headers)) return {};
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  );
}
