import { setTimeout as delay } from 'node:timers/promises';
import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { awaitFence, RouteConflict } from '@agent-engine/migration-route';
import { routeFixture, type RouteFixture } from './migration-route.fixture.ts';

describe('the route of a migration', () => {
  let route: RouteFixture;
  beforeEach(async () => {
    route = await routeFixture();
  });
  afterEach(() => route.end());

  const open = (epoch: number) => route.store.change(epoch, { side: 'target', writes: 'open' });
  const close = (epoch: number) => route.store.change(epoch, { side: 'target', writes: 'closed' });
  const read = (id: string) => new GetItemCommand({ TableName: 'rows', Key: { id: { S: id } } });

  it('is at the source before anybody said anything, and changes by compare-and-set only', async () => {
    expect(await route.store.read()).toMatchObject({ side: 'source', writes: 'open', epoch: 0 });
    expect(await open(0)).toMatchObject({ side: 'target', writes: 'open', epoch: 1 });
    await expect(close(0)).rejects.toThrow(RouteConflict);
    expect(await close(1)).toMatchObject({ writes: 'closed', epoch: 2 });
  });

  it('takes the same change twice, as after a lost answer', async () => {
    await open(0);
    expect(await open(0)).toMatchObject({ side: 'target', epoch: 1 });
    expect(await route.store.read()).toMatchObject({ epoch: 1 });
  });

  it('refuses reads and writes at the source, and lets them through once it is open', async () => {
    const { client, put, watcher } = route.instance();
    await expect(put('a')).rejects.toMatchObject({ code: 'migration.notReady' });
    await expect(client.send(read('a'))).rejects.toMatchObject({ code: 'migration.notReady' });
    await open(0);
    await watcher.changed(0, 10_000);
    await put('a');
    expect((await client.send(read('a'))).Item).toEqual({ id: { S: 'a' } });
  });

  it('lets reads through a fence, keeps writes waiting and refuses them in the end', async () => {
    await open(0);
    const { client, put, watcher } = route.instance({ fenceWaitMs: 300 });
    await put('a');
    await close(1);
    await watcher.changed(1, 10_000);
    const refused = put('b');
    expect((await client.send(read('a'))).Item).toBeDefined();
    await expect(refused).rejects.toMatchObject({ code: 'migration.fenced' });
    expect((await client.send(read('b'))).Item).toBeUndefined();
  });

  it('lets a waiting write through when the fence opens in time', async () => {
    await open(0);
    const { client, put, watcher } = route.instance({ fenceWaitMs: 20_000 });
    await put('a');
    await close(1);
    await watcher.changed(1, 10_000);
    const waiting = put('b');
    await open(2);
    await waiting;
    expect((await client.send(read('b'))).Item).toBeDefined();
  });

  it('sends nothing of a write whose connection came free only after the fence', async () => {
    await open(0);
    const { client, put, watcher } = route.instance({ maxSockets: 1 });
    await watcher.current();
    const slow = client.send(new ScanCommand({ TableName: 'rows' }));
    while (route.proxy.calls.length === 0) await delay(10);
    const queued = put('late');
    const refused = expect(queued).rejects.toMatchObject({ code: 'migration.fenced' });
    await delay(100);
    await awaitFence(route.store, (await close(1)).epoch, { deadlineMs: 100 }).catch(() => {});
    await Promise.all([slow, refused]);
    expect(route.proxy.calls.map(({ operation }) => operation)).toEqual(['Scan']);
    expect(await awaitFence(route.store, 2)).toMatchObject({ by: 'acks' });
  });

  it('is acknowledged by every instance, which is how a fence knows', async () => {
    await open(0);
    const [api, runner] = [route.instance(), route.instance({ kind: 'runner' })];
    await Promise.all([api.put('a'), runner.put('b')]);
    const { epoch } = await close(1);
    const fence = await awaitFence(route.store, epoch);
    expect(fence).toMatchObject({ by: 'acks', silent: [] });
    expect(fence.acked.map(({ kind }) => kind).sort()).toEqual(['api', 'runner']);
    await api.watcher.stop();
    expect((await route.store.instances()).map(({ kind }) => kind)).toEqual(['runner']);
  });

  it('does not count on an instance that says nothing, but on the time it takes', async () => {
    await route.store.ack({ id: 'x', kind: 'api', ackedEpoch: 0, seenAt: Date.now(), protocol: 1 });
    const { epoch } = await open(0);
    await expect(awaitFence(route.store, epoch, { deadlineMs: 100 })).rejects.toThrow(/by: api x/);
    expect(await awaitFence(route.store, epoch, { cacheMs: 100, maxRequestMs: 100 })).toMatchObject({
      by: 'elapsed',
      silent: [{ id: 'x' }],
    });
  });
});
