import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CallToolResultSchema,
  ListToolsResultSchema,
  McpError,
  type Tool as McpTool,
} from '@modelcontextprotocol/sdk/types.js';
import { orAborted } from '../or-aborted.ts';
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

interface Session {
  client: Client;
  transport: StreamableHTTPClientTransport;
}

/** One session with one MCP server, for one run. It begins when something is asked of the server. */
export class McpConnection {
  readonly endpoint: McpEndpoint;
  private readonly url: URL;
  private readonly send: typeof fetch;
  /** Of the call that is being sent: its end has to close the connection, which the protocol leaves open. */
  private readonly caller = new AsyncLocalStorage<AbortSignal>();
  private readonly closed = new AbortController();
  private session: Promise<Session> | undefined;

  /**
   * @param egress guards what a tenant named
   * @param maxBytes of all that the server answers; absent: no limit
   * @throws AppError `egress.forbidden`
   */
  constructor(endpoint: McpEndpoint, egress: EgressGuard, maxBytes?: number) {
    // As it was written: parsing it first would hide a disguised address from the guard.
    if (!endpoint.trusted) egress.check(endpoint.url);
    const unlimited = endpoint.trusted ? fetch : egress.fetch;
    this.send = maxBytes === undefined ? unlimited : limitedFetch(unlimited, maxBytes);
    this.url = new URL(endpoint.url);
    this.endpoint = endpoint;
  }

  /** All tools the server offers. */
  async list(signal: AbortSignal): Promise<McpTool[]> {
    const { client } = await this.connected(signal);
    const options = { signal, timeout: NO_TIMEOUT };
    const tools: McpTool[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      // Not client.listTools(): that compiles the output schemas, which come from the tenant, into code.
      const list = await client.request(
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
    const { client } = await this.connected(signal);
    try {
      const result = await this.caller.run(signal, () =>
        client.request(
          { method: 'tools/call', params: { name, arguments: args, _meta: { idempotencyKey } } },
          CallToolResultSchema,
          { signal, timeout: NO_TIMEOUT },
        ),
      );
      return { text: toolResultText(result), failed: result.isError === true };
    } catch (error) {
      if (error instanceof McpError && !signal.aborted) return { text: error.message, failed: true };
      throw error;
    }
  }

  /** Ends the session. What the server says to that does not matter any more. */
  async close(): Promise<void> {
    this.closed.abort();
    const session = await this.session?.catch(() => undefined);
    if (!session) return;
    const farewell = session.transport.terminateSession().catch(() => {});
    await Promise.race([farewell, delay(FAREWELL_TIMEOUT_MS, undefined, { ref: false })]);
    await session.client.close();
  }

  /** One session for all calls, so no call's end may end it; one that failed is begun anew by the next call. */
  private connected(signal: AbortSignal): Promise<Session> {
    this.session ??= this.connect().catch((error: unknown) => {
      this.session = undefined;
      throw error;
    });
    return orAborted(this.session, signal);
  }

  private async connect(): Promise<Session> {
    const client = new Client({ name: 'agent-engine', version: '1.0.0' });
    const transport = new StreamableHTTPClientTransport(this.url, {
      // The headers are added here, not by the transport, which would lose how their names are written.
      fetch: (url, init) =>
        this.send(url, {
          ...init,
          signal: this.signalOf(init),
          headers: mergeHeaders(this.endpoint.headers, Object.fromEntries(new Headers(init?.headers))),
        }),
    });
    try {
      await client.connect(transport, { signal: this.closed.signal, timeout: NO_TIMEOUT });
      return { client, transport };
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  private signalOf(init: RequestInit | undefined): AbortSignal | null | undefined {
    const call = this.caller.getStore();
    // Not that of the notification which tells the server that the call is cancelled.
    const isCall = typeof init?.body === 'string' && init.body.includes('"method":"tools/call"');
    if (!call || !isCall) return init?.signal;
    return AbortSignal.any([call, ...(init.signal ? [init.signal] : [])]);
  }
}
