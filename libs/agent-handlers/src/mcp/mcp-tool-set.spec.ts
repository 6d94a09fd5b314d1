import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { createEgressGuard } from '../egress/guarded-fetch.ts';
import { mcpEndpoints, type McpServerRow } from './mcp-endpoint.ts';
import { openMcpToolSet, type McpToolSetOptions } from './mcp-tool-set.ts';
import { ToolCatalogue } from './tool-catalogue.ts';

type Call = { url?: string; headers: IncomingMessage['headers']; rawHeaders: string[]; params: unknown };

const schema = { type: 'object' as const, properties: { orderId: { type: 'string', default: '007' } } };

/** A real MCP server: `names` as pages of one tool each, the tool's behaviour by its name. */
async function mcpServer(...names: string[]) {
  const calls: Call[] = [];
  const methods: string[] = [];
  const http = createServer((request, response) => {
    const server = new Server({ name: 'test', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
      methods.push('tools/list');
      const page = Number(params?.cursor ?? 0);
      return {
        tools: names
          .slice(page, page + 1)
          .map((name) => ({ name, description: `Does ${name}`, inputSchema: schema })),
        nextCursor: page + 1 < names.length ? String(page + 1) : undefined,
      };
    });
    server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
      calls.push({ url: request.url, headers: request.headers, rawHeaders: request.rawHeaders, params });
      if (params.name === 'throws') throw new Error('out of order');
      if (params.name === 'hangs') return new Promise<never>(() => {});
      return {
        isError: params.name === 'fails',
        content: [
          { type: 'text', text: `${params.name} says` },
          { type: 'text', text: JSON.stringify(params.arguments) },
        ],
      };
    });
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    response.on('close', () => void server.close());
    void server.connect(transport).then(() => transport.handleRequest(request, response));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return { http, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, calls, methods };
}

describe('MCP tool set', () => {
  let acme: Awaited<ReturnType<typeof mcpServer>>;
  let shop: Awaited<ReturnType<typeof mcpServer>>;
  const dead: string[] = [];
  const tenant = { endpointId: 'gpt', partId: 'acme' };
  const run = { signal: new AbortController().signal, idempotencyKey: 'run-0-0' };

  beforeAll(async () => {
    acme = await mcpServer('lookup', 'fails', 'throws', 'hangs');
    shop = await mcpServer('lookup', 'find.order');
  });
  beforeEach(() => {
    acme.calls.length = 0;
    dead.length = 0;
  });
  afterAll(() => {
    for (const { http } of [acme, shop]) {
      http.close();
      http.closeAllConnections();
    }
  });

  const row = (label: string, url: string, headers = {}): McpServerRow => ({
    mcpLabel: label,
    mcpServerUrl: url,
    headers,
  });
  const open = (rows: McpServerRow[], options: Partial<McpToolSetOptions> = {}, internalUrl?: string) =>
    openMcpToolSet(
      mcpEndpoints(tenant, rows, internalUrl ? { url: internalUrl, token: 'internal-token' } : undefined),
      {
        egress: createEgressGuard(['127.0.0.1']),
        signal: run.signal,
        tenant: 'gpt#acme',
        catalogue: new ToolCatalogue(),
        onDeadServer: (label) => dead.push(label),
        ...options,
      },
    );
  const tool = (set: Awaited<ReturnType<typeof open>>, name: string) => {
    const found = set.tools.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`no ${name}`);
    return found;
  };

  it('lists every page of every server, schemas unchanged, names kept apart', async () => {
    const set = await open([row('acme', acme.url), row('shop', shop.url)]);
    expect(set.tools.map(({ name }) => name)).toEqual([
      'lookup',
      'fails',
      'throws',
      'hangs',
      'shop_lookup',
      'find_order',
    ]);
    expect(set.tools[0]).toMatchObject({ description: 'Does lookup', inputSchema: schema });
    expect(await tool(set, 'find_order').run({}, run)).toMatchObject({ text: 'find.order says\n{}' });
    expect(await tool(set, 'shop_lookup').run({}, run)).toMatchObject({ text: 'lookup says\n{}' });
    await set.close();
  });

  it('sends arguments and headers as written, with the part and a key that names the call', async () => {
    const set = await open([
      row('acme', acme.url, { 'X_Api-KEY': 's', 'x-part-id': 'globex', accept: 'nothing' }),
    ]);
    await tool(set, 'lookup').run({ orderId: '7', Extra: null, empty: '' }, run);
    const [call] = acme.calls;
    expect(call?.params).toMatchObject({
      name: 'lookup',
      arguments: { orderId: '7', Extra: null, empty: '' },
      _meta: { idempotencyKey: 'run-0-0' },
    });
    expect(call?.rawHeaders).toEqual(expect.arrayContaining(['X_Api-KEY', 'X-Part-ID']));
    expect(call?.headers).toMatchObject({ 'x_api-key': 's', 'x-part-id': 'acme' });
    await set.close();
  });

  it('offers the internal server to every agent, with endpoint, part and token', async () => {
    const set = await open([], {}, `${acme.url}/{endpoint_id}/mcp`);
    await tool(set, 'lookup').run({}, run);
    expect(acme.calls[0]).toMatchObject({
      url: '/gpt/mcp',
      headers: { 'x-part-id': 'acme', authorization: 'Bearer internal-token' },
    });
    await set.close();
  });

  it('offers only the tools the agent enables', async () => {
    const set = await open([row('acme', acme.url)], { enabledTools: ['fails', 'unheard of'] });
    expect(set.tools.map(({ name }) => name)).toEqual(['fails']);
    await set.close();
  });

  it('reports isError and JSON-RPC errors as failed results', async () => {
    const set = await open([row('acme', acme.url)]);
    expect(await tool(set, 'fails').run({}, run)).toMatchObject({ failed: true });
    expect(await tool(set, 'throws').run({}, run)).toMatchObject({
      failed: true,
      text: expect.stringContaining('out of order'),
    });
    await set.close();
  });

  it('goes on without servers that are dead, silent, forbidden or no URL', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const set = await open(
      [
        row('gone', 'http://127.0.0.1:9/mcp'),
        row('silent', `http://127.0.0.1:${port}/`),
        row('disguised', acme.url.replace('127.0.0.1', '2130706433')),
        row('by name', acme.url.replace('127.0.0.1', 'localhost')),
        row('text', 'not a url'),
        row('bad header', acme.url, { 'a b': 'x' }),
        row('acme', acme.url),
      ],
      { listTimeoutMs: 1_000 },
    );
    expect(dead.sort()).toEqual(['bad header', 'by name', 'disguised', 'gone', 'silent', 'text']);
    expect(set.tools).toHaveLength(4);
    await set.close();
    silent.close();
    silent.closeAllConnections();
  });

  it('asks a server once for several runs of a tenant, and each tenant for itself', async () => {
    const catalogue = new ToolCatalogue();
    shop.methods.length = 0;
    const pages = 2;
    for (let i = 0; i < 3; i++) {
      const set = await open([row('shop', shop.url)], { catalogue });
      expect(set.tools.map(({ name }) => name)).toEqual(['lookup', 'find_order']);
      if (i === 2) expect(await tool(set, 'lookup').run({}, run)).toMatchObject({ failed: false });
      await set.close();
    }
    expect(shop.methods).toHaveLength(pages);
    await (await open([row('shop', shop.url)], { catalogue, tenant: 'gpt#globex' })).close();
    await (await open([row('shop', shop.url, { key: 'another' })], { catalogue })).close();
    expect(shop.methods).toHaveLength(3 * pages);
  });

  it('asks a server once for runs that begin together, and again when the asking one is cancelled', async () => {
    const catalogue = new ToolCatalogue();
    shop.methods.length = 0;
    const sets = await Promise.all(
      Array.from({ length: 9 }, () => open([row('shop', shop.url)], { catalogue })),
    );
    expect(sets.map(({ tools }) => tools.length)).toEqual(Array<number>(9).fill(2));
    expect(shop.methods).toHaveLength(2);
    expect(await tool(sets[8]!, 'lookup').run({}, run)).toMatchObject({ failed: false });
    await Promise.all(sets.map((set) => set.close()));

    const cancelled = new AbortController();
    const first = open([row('shop', shop.url, { a: 'b' })], { catalogue, signal: cancelled.signal });
    const second = open([row('shop', shop.url, { a: 'b' })], { catalogue });
    cancelled.abort(new Error('cancelled'));
    expect((await first).tools).toEqual([]);
    expect((await second).tools).toHaveLength(2);
    await (await second).close();
  });

  it('offers what a server had when it does not answer any more; its calls fail, and it may come back', async () => {
    const catalogue = new ToolCatalogue({ freshMs: 0 });
    const dying = await mcpServer('lookup');
    await (await open([row('dying', dying.url)], { catalogue })).close();
    dying.http.close();
    dying.http.closeAllConnections();
    const set = await open([row('dying', dying.url)], { catalogue });
    expect(dead).toEqual(['dying']);
    await expect(tool(set, 'lookup').run({}, run)).rejects.toThrow();
    const port = Number(new URL(dying.url).port);
    const back = await mcpServer('lookup');
    back.http.close();
    await new Promise<void>((resolve) => back.http.listen(port, '127.0.0.1', resolve));
    expect(await tool(set, 'lookup').run({}, run)).toMatchObject({ failed: false });
    await set.close();
    back.http.close();
    back.http.closeAllConnections();
  });

  it('ends the connection of a call that is aborted, and no other', async () => {
    const set = await open([row('acme', acme.url)]);
    const stop = new AbortController();
    let hungUp = false;
    acme.http.once('request', (_request, response) => response.once('close', () => (hungUp = true)));
    await tool(set, 'lookup').run({}, run);
    hungUp = false;
    acme.http.on('request', (_request, response) =>
      response.once('close', () => (hungUp ||= !response.writableFinished)),
    );
    const call = tool(set, 'hangs').run({}, { ...run, signal: stop.signal });
    while (!acme.calls.some(({ params }) => (params as { name: string }).name === 'hangs'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow();
    while (!hungUp) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await tool(set, 'lookup').run({}, run)).toMatchObject({ failed: false });
    await set.close();
    acme.http.removeAllListeners('close');
  });

  it('lets a call be aborted', async () => {
    const set = await open([row('acme', acme.url)]);
    const stop = new AbortController();
    const call = tool(set, 'hangs').run({}, { ...run, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow();
    await set.close();
  });
});
