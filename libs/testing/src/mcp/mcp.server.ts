import { setTimeout as delay } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type CallToolResult,
} from '@modelcontextprotocol/sdk/types.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import type { McpCall, McpCallContext, McpFault, McpTool } from './mcp.tool.ts';

export interface McpServerParts {
  tools: readonly McpTool[];
  pageSize: number;
  faultOf(tool: string): McpFault | undefined;
  record(call: McpCall): void;
}

const schemas = new AjvJsonSchemaValidator();

/** The protocol side of one HTTP request; stateless, so it lives as long as the request. */
export function mcpServer(parts: McpServerParts, context: McpCallContext): Server {
  const server = new Server({ name: 'stand-in', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => page(parts, params?.cursor));
  server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
    const { name, arguments: args = {}, _meta: meta } = params;
    const { headers, endpointId, signal } = context;
    const call: McpCall = { tool: name, args, headers, endpointId, meta, abortedByClient: false };
    parts.record(call);
    signal.addEventListener('abort', () => (call.abortedByClient = true));
    return callTool(parts, call, { ...context, meta });
  });
  return server;
}

function page({ tools, pageSize }: McpServerParts, cursor: string | undefined) {
  const start = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isInteger(start) || start < 0) throw new McpError(ErrorCode.InvalidParams, 'Invalid cursor.');
  const end = start + pageSize;
  return {
    tools: tools
      .slice(start, end)
      .map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
    nextCursor: end < tools.length ? String(end) : undefined,
  };
}

async function callTool(
  parts: McpServerParts,
  call: McpCall,
  context: McpCallContext,
): Promise<CallToolResult> {
  const tool = parts.tools.find(({ name }) => name === call.tool);
  if (tool === undefined) throw new McpError(ErrorCode.InvalidParams, `Unknown tool: ${call.tool}`);
  const fits = schemas.getValidator(tool.inputSchema)(call.args);
  if (!fits.valid) return failure(`Invalid arguments for tool ${tool.name}: ${fits.errorMessage}`);

  const fault = parts.faultOf(tool.name);
  if (fault === 'throw') throw new McpError(ErrorCode.InternalError, 'The tool server failed.');
  if (fault === 'isError') return failure('The tool could not do this.');
  if (fault === 'hang') await leaving(context.signal);
  if (typeof fault === 'object' && 'slowMs' in fault) await delay(fault.slowMs);
  try {
    const answer = await tool.run(call.args, context);
    return typeof answer === 'string' ? { content: [{ type: 'text', text: answer }] } : answer;
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
}

const failure = (text: string): CallToolResult => ({ isError: true, content: [{ type: 'text', text }] });

const leaving = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () =>
      reject(new McpError(ErrorCode.ConnectionClosed, 'The client left.')),
    );
  });
