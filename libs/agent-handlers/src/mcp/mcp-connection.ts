import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CallToolResultSchema,
  ListToolsResultSchema,
  McpError,
  type Tool as McpTool,
} from '@modelcontextprotocol/sdk/types.js';
import type { EgressGuard } from '../egress/guarded-fetch.ts';
import type { JsonObject } from '../json.ts';
import type { ToolOutcome, ToolRunOptions } from '../tool.ts';
import { type McpEndpoint, mergeHeaders } from './mcp-endpoint.ts';
import { limitedFetch } from './limited-fetch.ts';
import { toolResultText } from './tool-result-text.ts';

/** A server that hands out cursors for ever is not followed for ever. */
const MAX_PAGES = 100;

/** Timeouts are the callers', through their signals; the client's own would cut in at 60 s. */
const NO_TIMEOUT = 2 ** 31 - 1;

/** How long a server may take to hear that the session is over. */
const FAREWELL_TIMEOUT_MS = 1_000;

/** One session with one MCP server, for one run. */
export class McpConnection {
  readonly endpoint: McpEndpoint;
  private readonly transport: StreamableHTTPClientTransport;
  private readonly client = new Client({ name: 'agent-engine', version: '1.0.0' });

  /**
   * @param egress guards what a tenant named
   * @param maxBytes of all that the server answers; absent: no limit
   * @throws AppError `egress.forbidden`
   */
  constructor(endpoint: McpEndpoint, egress: EgressGuard, maxBytes?: number) {
    // As it was written: parsing it first would hide a disguised address from the guard.
    if (!endpoint.trusted) egress.check(endpoint.url);
    const unlimited = endpoint.trusted ? fetch : egress.fetch;
    const send = maxBytes === undefined ? unlimited : limitedFetch(unlimited, maxBytes);
    this.endpoint = endpoint;
    this.transport = new StreamableHTTPClientTransport(new URL(endpoint.url), {
      // The headers are added here, not by the transport, which would lose how their names are written.
      fetch: (url, init) =>
        send(url, {
          ...init,
          headers: mergeHeaders(endpoint.headers, Object.fromEntries(new Headers(init?.headers))),
        }),
    });
  }

  /** Connects and lists all tools. */
  async open(signal: AbortSignal): Promise<McpTool[]> {
    const options = { signal, timeout: NO_TIMEOUT };
    await this.client.connect(this.transport, options);
    const tools: McpTool[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      // Not client.listTools(): that compiles the output schemas, which come from the tenant, into code.
      const list = await this.client.request(
        { method: 'tools/list', params: { cursor } },
        ListToolsResultSchema,
        options,
      );
      tools.push(...list.tools);
      cursor = list.nextCursor;
      if (!cursor) break;
    }
    return tools;
  }

  /** The name and arguments go out unchanged. An error the server reports is a failed result; others are thrown. */
  async call(
    name: string,
    args: JsonObject,
    { signal, idempotencyKey }: ToolRunOptions,
  ): Promise<ToolOutcome> {
    try {
      const result = await this.client.request(
        { method: 'tools/call', params: { name, arguments: args, _meta: { idempotencyKey } } },
        CallToolResultSchema,
        { signal, timeout: NO_TIMEOUT },
      );
      return { text: toolResultText(result), failed: result.isError === true };
    } catch (error) {
      if (error instanceof McpError && !signal.aborted) return { text: error.message, failed: true };
      throw error;
    }
  }

  /** Ends the session. What the server says to that does not matter any more. */
  async close(): Promise<void> {
    const farewell = this.transport.terminateSession().catch(() => {});
    await Promise.race([farewell, delay(FAREWELL_TIMEOUT_MS, undefined, { ref: false })]);
    await this.client.close();
  }
}
