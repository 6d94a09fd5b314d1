import WebSocket from 'ws';
import type { ApiProcess } from './api-process.fixture.ts';
import { type GraphqlAnswer, MigrationWorld, ready, until } from './migration-route.fixture.ts';

const LIST = '{ mcpServerList { total } }';
const write = (label: string) =>
  `mutation { insertUpdateMcpServer(mcpLabel: "${label}", mcpServerUrl: "https://mcp.example", updatedBy: "s") { mcpServer { mcpServerUuid } } }`;
const codeOf = ({ errors }: GraphqlAnswer) => errors?.[0]?.extensions.code;

describe('the API during a migration', () => {
  let world: MigrationWorld;
  let epoch = 0;
  beforeEach(async () => {
    world = await MigrationWorld.create();
    epoch = 0;
  });
  afterEach(() => world.stop());

  const change = async (side: 'source' | 'target', writes: 'open' | 'closed') => {
    ({ epoch } = await world.store.change(epoch, { side, writes }));
  };
  const isReady = (api: ApiProcess) => async () => (await ready(api)).http === 200;

  async function handshake(api: ApiProcess): Promise<number> {
    const socket = new WebSocket(world.socketUrl(api));
    const status = await new Promise<number>((resolve) => {
      socket.on('open', () => resolve(101));
      socket.on('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode));
      socket.on('error', () => {});
    });
    socket.terminate();
    return status;
  }

  it('waits for the data without touching a table, goes live at OPEN, and waits again after a rollback', async () => {
    const api = await world.startApi();
    const waiting = async () => {
      expect(await ready(api)).toMatchObject({
        http: 503,
        status: 'waiting',
        reason: expect.stringMatching(/^migration\.notReady: /),
      });
      for (const query of [LIST, write('early'), '{ llmList { total } }']) {
        expect((await world.query(api, query)).errors).toMatchObject([
          { extensions: { code: 'migration.notReady', retryable: true } },
        ]);
      }
      expect(await handshake(api)).toBe(503);
    };
    await waiting();
    expect(world.tenantCalls).toEqual([]);

    await change('target', 'open');
    await until(isReady(api));
    expect(codeOf(await world.query(api, write('live')))).toBeUndefined();
    expect(await world.query(api, LIST)).toEqual({ data: { mcpServerList: { total: 1 } } });
    expect(await handshake(api)).toBe(101);

    await change('source', 'open');
    await until(async () => !(await isReady(api)()));
    const before = world.tenantCalls.length;
    await waiting();
    expect(world.tenantCalls).toHaveLength(before);
    expect(await api.stop()).toEqual([0, null]);
    expect(await world.store.instances()).toEqual([]);
  });

  it('is not ready while there is no control table', async () => {
    const api = await world.startApi({ TABLE_PREFIX: 'other-' });
    expect(await ready(api)).toMatchObject({
      http: 503,
      status: 'waiting',
      reason: expect.stringMatching(/^migration\.notReady: /),
    });
    expect(codeOf(await world.query(api, LIST))).toBe('migration.notReady');
  });

  it('reads nothing of a migration when none is named', async () => {
    const api = await world.startApi({ MIGRATION_ID: undefined });
    expect(codeOf(await world.query(api, write('free')))).toBeUndefined();
    expect(await world.store.instances()).toEqual([]);
    expect(await ready(api)).toMatchObject({ status: 'ready' });
  });
});
