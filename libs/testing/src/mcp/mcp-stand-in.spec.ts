import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { startMcpStandIn, type McpStandIn } from './mcp-stand-in.ts';
import type { McpFault, McpTool } from './mcp.tool.ts';

const orderStatus: McpTool = {
  name: 'get_order_status',
  description: 'Looks up the status of an order',
  inputSchema: { type: 'object', properties: { orderId: { type: 'string' } }, required: ['orderId'] },
  run: ({ orderId }, { headers, endpointId }) =>
    `${String(orderId)} of ${endpointId}/${String(headers['x-part-id'])} has shipped`,
};
const stockLevel: McpTool = {
  name: 'get_stock',
  inputSchema: { type: 'object' },
  run: () => {
    throw new Error('The warehouse is closed.');
  },
};

describe('the MCP stand-in, through the SDK client', () => {
  let standIn: McpStandIn;
  const clients: Client[] = [];

  beforeEach(async () => {
    standIn = await startMcpStandIn({ tools: [orderStatus, stockLevel], pageSize: 1 });
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await standIn.stop();
  });

  async function connect(path = '/gpt/mcp', headers: Record<string, string> = { 'X-Part-ID': 'acme' }) {
    const client = new Client({ name: 'spec', version: '1' });
    clients.push(client);
    await client.connect(
      new StreamableHTTPClientTransport(new URL(path, standIn.endpoint), { requestInit: { headers } }),
    );
    return client;
  }
  const ask = { name: 'get_order_status', arguments: { orderId: 'A-1' } };

  it('lists its tools page by page', async () => {
    const client = await connect();
    const first = await client.listTools();
    expect(first.tools).toMatchObject([{ name: 'get_order_status', inputSchema: orderStatus.inputSchema }]);
    const second = await client.listTools({ cursor: first.nextCursor });
    expect(second).toMatchObject({ tools: [{ name: 'get_stock' }] });
    expect(second.nextCursor).toBeUndefined();
  });

  it('runs a tool with headers, endpoint and meta of the call, and records them', async () => {
    const client = await connect();
    const result = await client.callTool({ ...ask, _meta: { idempotencyKey: 'k1' } });
    expect(result.content).toEqual([{ type: 'text', text: 'A-1 of gpt/acme has shipped' }]);
    expect(standIn.calls).toMatchObject([
      {
        tool: 'get_order_status',
        args: { orderId: 'A-1' },
        endpointId: 'gpt',
        headers: { 'x-part-id': 'acme' },
        meta: { idempotencyKey: 'k1' },
        abortedByClient: false,
      },
    ]);
    expect(standIn.requests.map(({ method }) => method)).toEqual([
      'initialize',
      'notifications/initialized',
      'tools/call',
    ]);
  });

  it('keeps concurrent calls of different tenants apart', async () => {
    const [acme, globex] = await Promise.all([connect(), connect('/tpl/mcp', { 'X-Part-ID': 'globex' })]);
    const results = await Promise.all([acme.callTool(ask), globex.callTool(ask), acme.callTool(ask)]);
    expect(results.map(({ content }) => (content as { text: string }[])[0]?.text)).toEqual([
      'A-1 of gpt/acme has shipped',
      'A-1 of tpl/globex has shipped',
      'A-1 of gpt/acme has shipped',
    ]);
  });

  it('serves /mcp without an endpoint', async () => {
    const client = await connect('/mcp');
    await client.callTool(ask);
    expect(standIn.calls[0]?.endpointId).toBeUndefined();
  });

  it.each([
    ['a tool that throws', { name: 'get_stock' }, 'The warehouse is closed.'],
    ['arguments that do not fit', { ...ask, arguments: { order_id: 'A-1' } }, 'Invalid arguments'],
  ])('reports %s as an error result', async (_name, call, text) => {
    const client = await connect();
    expect(await client.callTool(call)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining(text) as string }],
    });
  });

  it('refuses an unknown tool', async () => {
    const client = await connect();
    await expect(client.callTool({ name: 'nothing' })).rejects.toThrow('Unknown tool: nothing');
  });

  it('has the faults it is told to have, until told otherwise', async () => {
    const client = await connect();
    const outcome = async (fault: McpFault, tool?: string): Promise<unknown> => {
      standIn.setFault(fault, tool);
      const result = await client.callTool(ask).catch((error: unknown) => String(error));
      standIn.setFault(undefined, tool);
      return result;
    };
    expect(await outcome('throw', 'get_order_status')).toContain('The tool server failed.');
    expect(await outcome('isError')).toMatchObject({ isError: true });
    expect(await outcome({ httpStatus: 500 })).toContain('500');
    expect(await outcome({ slowMs: 20 })).toMatchObject({ content: [{ type: 'text' }] });
    expect(await outcome('throw', 'get_stock')).toMatchObject({ content: [{ type: 'text' }] });
    expect((await client.callTool(ask)).isError).toBeUndefined();
  });

  it('can hang on everything', async () => {
    const client = await connect();
    standIn.setFault('hang');
    await expect(client.listTools({}, { timeout: 50 })).rejects.toThrow('timed out');
  });

  it('hangs, and notes that the client left', async () => {
    const client = await connect();
    standIn.setFault('hang');
    const call = client.callTool(ask).catch((error: unknown) => String(error));
    while (standIn.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await client.close();
    expect(await call).toContain('Connection closed');
    while (!standIn.calls[0]?.abortedByClient) await new Promise((resolve) => setTimeout(resolve, 5));
  });
});
