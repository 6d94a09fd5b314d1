import type { IncomingHttpHeaders } from 'node:http';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

export interface McpTool {
  name: string;
  description?: string;
  /** JSON schema of an object; arguments that do not fit it are refused. */
  inputSchema: { type: 'object'; [keyword: string]: unknown };
  /** A string becomes one text part; an exception an `isError` result with its message. */
  run(args: Record<string, unknown>, call: McpCallContext): McpToolAnswer | Promise<McpToolAnswer>;
}

export type McpToolAnswer = string | CallToolResult;

export interface McpCallContext {
  headers: IncomingHttpHeaders;
  /** From the URL `/{endpoint_id}/mcp`; absent for `/mcp`. */
  endpointId?: string;
  /** `_meta` of the request. */
  meta?: Record<string, unknown>;
  /** Aborts when the client closes the connection. */
  signal: AbortSignal;
}

/** One `tools/call` as it came, for assertions. */
export interface McpCall extends Omit<McpCallContext, 'signal'> {
  tool: string;
  args: Record<string, unknown>;
  /** The client left before the answer. Set when that happens. */
  abortedByClient: boolean;
}

/**
 * What goes wrong: `throw` is a JSON-RPC error, `isError` a result that says so, `hang` no answer at all,
 * `cut` the beginning of one and then no connection, `malformed` one that is not JSON, `httpStatus` a refusal below the
 * protocol, `slowMs` a late but good answer.
 */
export type McpFault =
  'throw' | 'isError' | 'hang' | 'cut' | 'malformed' | { httpStatus: number } | { slowMs: number };
