import { Partition } from '@agent-engine/partition';
import { type McpStandIn, type McpTool, startMcpStandIn } from '@agent-engine/testing';
import { jest } from '@jest/globals';
import { ApiFixture, type Client } from './api.fixture.ts';

const tool = (name: string): McpTool => ({
  name,
  description: `Does ${name}`,
  inputSchema: { type: 'object', properties: { orderId: { type: 'string' } }, required: ['orderId'] },
  run: () => 'done',
});
const listed = (name: string) => {
  const { description, inputSchema } = tool(name);
  return { name, description, inputSchema };
};

let api: ApiFixture;
let orders: McpStandIn;
let internal: McpStandIn;
let acme: Client;
let globex: Client;
beforeAll(async () => {
  [orders, internal] = await Promise.all([
    startMcpStandIn({ tools: [tool('orders.find'), tool('refund')], pageSize: 1 }),
    startMcpStandIn({ tools: [tool('remember')] }),
  ]);
  api = await ApiFixture.start({
    EGRESS_ALLOW: '127.0.0.1',
    INTERNAL_MCP_URL: `${internal.endpoint}/{endpoint_id}/mcp`,
    INTERNAL_MCP_TOKEN: 'operators only',
  });
  acme = api.withKey('acme');
  globex = api.withKey('globex');
});
beforeEach(() => {
  orders.requests.length = 0;
  internal.requests.length = 0;
});
afterAll(async () => {
  await api.stop();
  await Promise.all([orders.stop(), internal.stop()]);
});

const lists = ({ requests }: McpStandIn) => requests.filter(({ method }) => method === 'tools/list');

async function save(client: Client, values: Record<string, unknown>): Promise<string> {
  const { data, errors } = await client(
    'mutation M($uuid: String, $url: String!, $headers: JSONCamelCase) { insertUpdateMcpServer(mcpServerUuid: $uuid, mcpLabel: "orders", mcpServerUrl: $url, headers: $headers, updatedBy: "x") { mcpServer { mcpServerUuid } } }',
    values,
  );
  expect(errors).toBeUndefined();
  return data.insertUpdateMcpServer.mcpServer.mcpServerUuid as string;
}

async function toolsOf(client: Client, uuid: string) {
  const { data, errors } = await client(
    'query Q($uuid: String!) { mcpServer(mcpServerUuid: $uuid) { tools } }',
    {
      uuid,
    },
  );
  expect(errors).toBeUndefined();
  return data.mcpServer.tools as { name: string }[];
}
const names = async (client: Client, uuid: string) => (await toolsOf(client, uuid)).map(({ name }) => name);
const ORDER_TOOLS = ['orders.find', 'refund'];

it('shows what a server offers, page by page, then what the internal one does', async () => {
  const uuid = await save(acme, { url: `${orders.endpoint}/mcp`, headers: { 'X-Shop-Key': 's3cret' } });
  expect(await toolsOf(acme, uuid)).toEqual([listed('orders.find'), listed('refund'), listed('remember')]);
  expect(orders.requests.at(-1)?.headers).toMatchObject({ 'x-shop-key': 's3cret', 'x-part-id': 'acme' });
  expect(internal.requests.at(-1)).toMatchObject({
    endpointId: 'gpt',
    headers: { authorization: 'Bearer operators only', 'x-part-id': 'acme' },
  });
  expect(orders.requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
});

it('lists once for all who ask within a minute', async () => {
  const uuid = await save(acme, { url: `${orders.endpoint}/mcp` });
  await toolsOf(acme, uuid);
  orders.requests.length = 0;
  expect(await names(acme, uuid)).toEqual([...ORDER_TOOLS, 'remember']);
  expect(orders.requests).toEqual([]);
});

it('asks once for questions that come at the same time', async () => {
  const uuid = await save(acme, { url: `${orders.endpoint}/mcp` });
  await Promise.all(Array.from({ length: 10 }, () => toolsOf(acme, uuid)));
  expect(lists(orders)).toHaveLength(ORDER_TOOLS.length);
});

it('never shows a tenant the list of another, even for the same uuid and URL', async () => {
  const mcpServerUuid = '55555555555555555555';
  for (const partId of ['acme', 'globex']) {
    await api.models.mcpServer.create(Partition.of('gpt', partId), {
      mcpServerUuid,
      mcpLabel: 'orders',
      mcpServerUrl: `${orders.endpoint}/mcp`,
      updatedBy: 'x',
    });
  }
  await Promise.all([toolsOf(acme, mcpServerUuid), toolsOf(globex, mcpServerUuid)]);
  expect(
    lists(orders)
      .map(({ headers }) => headers['x-part-id'])
      .toSorted(),
  ).toEqual(['acme', 'acme', 'globex', 'globex']);
});

it('forgets a list when its server is written, and follows a changed URL', async () => {
  const other = await startMcpStandIn({ tools: [tool('other')] });
  try {
    const uuid = await save(acme, { url: `${orders.endpoint}/mcp` });
    expect(await names(acme, uuid)).toEqual([...ORDER_TOOLS, 'remember']);
    orders.requests.length = 0;
    await save(acme, { uuid, url: `${orders.endpoint}/mcp` });
    await toolsOf(acme, uuid);
    expect(lists(orders)).not.toEqual([]);
    // As if another instance had written it.
    const partition = Partition.of('gpt', 'acme');
    await api.models.mcpServer.update(
      partition,
      { mcpServerUuid: uuid },
      { mcpServerUrl: `${other.endpoint}/mcp`, updatedBy: 'x' },
    );
    expect(await names(acme, uuid)).toEqual(['other', 'remember']);
  } finally {
    await other.stop();
  }
});

it('gives no tools and a warning for a server that is dead, and asks it again', async () => {
  const warn = jest.spyOn(api.api.logger, 'warn');
  const uuid = await save(globex, { url: `${orders.endpoint}/mcp`, headers: { key: 's3cret' } });
  try {
    for (const fault of [{ httpStatus: 500 }, 'hang'] as const) {
      orders.setFault(fault);
      warn.mockClear();
      expect(await names(globex, uuid)).toEqual(['remember']);
      expect(warn).toHaveBeenCalledTimes(1);
      expect(JSON.stringify(warn.mock.calls)).toContain(uuid);
      expect(JSON.stringify(warn.mock.calls)).not.toContain('s3cret');
    }
  } finally {
    orders.setFault(undefined);
    warn.mockRestore();
  }
  expect(await names(globex, uuid)).toEqual([...ORDER_TOOLS, 'remember']);
});

it('takes no list that would fill its memory', async () => {
  const endless = await startMcpStandIn({ tools: [{ ...tool('big'), description: 'x'.repeat(600 * 1024) }] });
  try {
    const uuid = await save(acme, { url: `${endless.endpoint}/mcp` });
    expect(await names(acme, uuid)).toEqual(['remember']);
  } finally {
    await endless.stop();
  }
});

it('gives no tools for what the egress rules forbid', async () => {
  for (const url of [
    'http://localhost:1/mcp',
    'http://169.254.169.254/mcp',
    'http://2130706433/mcp',
    'not a URL',
  ]) {
    const uuid = await save(acme, { url });
    expect(await names(acme, uuid)).toEqual(['remember']);
  }
});

it('reaches no private address without permission, and needs no internal server', async () => {
  const closed = await ApiFixture.start();
  try {
    const client = closed.withKey('acme');
    const uuid = await save(client, { url: `${orders.endpoint}/mcp` });
    expect(await toolsOf(client, uuid)).toEqual([]);
    expect(orders.requests).toEqual([]);
  } finally {
    await closed.stop();
  }
});
