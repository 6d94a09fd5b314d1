import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import { listenLocally } from '../listen-locally.ts';
import { mcpServer } from './mcp.server.ts';
import type { McpCall, McpFault, McpTool } from './mcp.tool.ts';

export interface McpStandInOptions {
  port?: number;
  tools?: readonly McpTool[];
  /** Tools per page of `tools/list`; all on one page when absent. */
  pageSize?: number;
}

export interface McpStandIn {
  /** Serves MCP at `{endpoint}/mcp` and `{endpoint}/{endpoint_id}/mcp`. */
  endpoint: string;
  /** Every message, in order of arrival. */
  requests: { method: string; endpointId?: string; headers: IncomingHttpHeaders }[];
  /** Every `tools/call`, in order of arrival. */
  calls: McpCall[];
  /** From now on, for one tool or for everything (listing and connecting hang and refuse too); `undefined` ends it. */
  setFault(fault: McpFault | undefined, tool?: string): void;
  stop(): Promise<void>;
}

const message = z.looseObject({
  method: z.string(),
  params: z.looseObject({ name: z.string().optional() }).optional(),
});

const JSON_TYPE = { 'content-type': 'application/json' };
/** So that what was written before has left. */
const CUT_AFTER_MS = 20;

/** An MCP server over streamable HTTP, without sessions: every request stands alone, as on many instances. */
export async function startMcpStandIn(options: McpStandInOptions = {}): Promise<McpStandIn> {
  const { tools = [], pageSize = Infinity } = options;
  const requests: McpStandIn['requests'] = [];
  const calls: McpCall[] = [];
  const faults = new Map<string | undefined, McpFault>();
  const faultOf = (tool?: string) => faults.get(tool) ?? faults.get(undefined);

  const server = createServer((request, response) => {
    void respond(request, response).catch(() => response.destroy());
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = /^(?:\/([^/?]+))?\/mcp$/.exec(request.url ?? '');
    if (path === null) return refuse(response, 404);
    // Without sessions there is no stream to open with GET and nothing to end with DELETE.
    if (request.method !== 'POST') return refuse(response, 405);
    const body: unknown = await json(request).catch(() => undefined);
    const parsed = message.safeParse(body);
    if (!parsed.success) return refuse(response, 400);

    const endpointId = path[1] && decodeURIComponent(path[1]);
    const { headers } = request;
    requests.push({ method: parsed.data.method, endpointId, headers });
    const fault = faultOf(parsed.data.params?.name);
    if (typeof fault === 'object' && 'httpStatus' in fault) return refuse(response, fault.httpStatus);
    if (fault === 'malformed') return void response.writeHead(200, JSON_TYPE).end('{"jsonrpc": ');
    if (fault === 'cut') {
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .write('event: message\ndata: {"jsonrpc"');
      return void setTimeout(() => response.destroy(), CUT_AFTER_MS);
    }
    // A call is recorded first and hangs in the tool; everything else hangs here until the client leaves.
    if (fault === 'hang' && parsed.data.method !== 'tools/call') return;

    const left = new AbortController();
    response.once('close', () => !response.writableFinished && left.abort());
    const context = { headers, endpointId, signal: left.signal };
    const record = (call: McpCall) => void calls.push(call);
    const protocol = mcpServer({ tools, pageSize, faultOf, record }, context);
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    response.once('close', () => void protocol.close());
    await protocol.connect(transport);
    await transport.handleRequest(request, response, body);
  }

  return {
    endpoint: await listenLocally(server, options.port),
    requests,
    calls,
    setFault: (fault, tool) => void (fault === undefined ? faults.delete(tool) : faults.set(tool, fault)),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function refuse(response: ServerResponse, status: number): void {
  response
    .writeHead(status, JSON_TYPE)
    .end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message: `HTTP ${status}` } }));
}
