import { jest } from '@jest/globals';
import type { Instance } from './instance.ts';
import { INITIAL_ROUTE, type Route } from './route.ts';
import { RouteWatcher } from './route.watcher.ts';

/** A control table in memory that can be made slow or unreachable. */
class MemoryStore {
  route: Route = INITIAL_ROUTE;
  readonly acks: Instance[] = [];
  readonly left: string[] = [];
  beforeRead: () => Promise<void> = () => Promise.resolve();
  beforeAck: () => Promise<void> = () => Promise.resolve();

  async read(): Promise<Route> {
    await this.beforeRead();
    return this.route;
  }

  async ack(instance: Instance): Promise<void> {
    await this.beforeAck();
    this.acks.push(instance);
  }

  leave(id: string): Promise<void> {
    this.left.push(id);
    return Promise.resolve();
  }
}

const open = (epoch: number): Route => ({ side: 'target', writes: 'open', epoch });

describe('RouteWatcher', () => {
  let store: MemoryStore;
  let watcher: RouteWatcher;
  let troubles: unknown[];
  beforeEach(() => {
    jest.useFakeTimers();
    store = new MemoryStore();
    troubles = [];
    watcher = new RouteWatcher({ store, kind: 'api', onTrouble: (error) => troubles.push(error) });
  });
  afterEach(async () => {
    const stopped = watcher.stop();
    await jest.advanceTimersByTimeAsync(10_000);
    await stopped;
    jest.useRealTimers();
  });
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  it('registers before the first route it relies on is asked for', async () => {
    const order: string[] = [];
    store.beforeAck = () => Promise.resolve(void order.push('ack'));
    store.beforeRead = () => Promise.resolve(void order.push('read'));
    await watcher.current();
    expect(order.slice(0, 2)).toEqual(['ack', 'read']);
  });

  it('relies on a route for one second from the moment it asked, however late the answer came', async () => {
    store.route = open(1);
    store.beforeRead = () => new Promise((resolve) => setTimeout(resolve, 900));
    const asked = watcher.current();
    await pass(900);
    expect(await asked).toEqual(open(1));
    expect(watcher.route).toEqual(open(1));
    await pass(99);
    expect(watcher.route).toEqual(open(1));
    await pass(1);
    expect(watcher.route).toBeUndefined();
  });

  it('gives up on routes that are too old whenever they come', async () => {
    store.beforeRead = () => new Promise((resolve) => setTimeout(resolve, 1_100));
    const asked = watcher.current().catch((error: unknown) => error);
    await pass(5_000);
    expect(await asked).toMatchObject({ code: 'migration.notReady' });
  });

  it('acknowledges an epoch when it knows it, and not while a write of an older one is on its way', async () => {
    store.route = open(1);
    watcher.start();
    await pass(10);
    expect(store.acks.at(-1)).toMatchObject({ ackedEpoch: 1 });

    watcher.writes.begin(1);
    store.route = open(2);
    await pass(500);
    expect(store.acks.some(({ ackedEpoch }) => ackedEpoch === 2)).toBe(false);
    // A heartbeat in between claims nothing it cannot.
    await pass(6_000);
    expect(store.acks.some(({ ackedEpoch }) => ackedEpoch === 2)).toBe(false);

    watcher.writes.end(1);
    await pass(10);
    expect(store.acks.at(-1)).toMatchObject({ ackedEpoch: 2 });
  });

  it('lets nothing through once it could not say for long that it is there, until it has', async () => {
    store.route = open(1);
    watcher.start();
    await pass(10);
    store.beforeAck = () => Promise.reject(new Error('throttled'));
    await pass(19_000);
    expect(watcher.route).toEqual(open(1));
    await pass(6_000);
    expect(watcher.route).toBeUndefined();
    expect(troubles).toHaveLength(1);
    store.beforeAck = () => Promise.resolve();
    await pass(500);
    expect(watcher.route).toEqual(open(1));
  });

  it('registers anew when the migration was started anew', async () => {
    store.route = open(7);
    watcher.start();
    await pass(10);
    const before = store.acks.length;
    store.route = open(1);
    await pass(600);
    expect(store.acks.length).toBeGreaterThan(before);
    expect(store.acks.at(-1)).toMatchObject({ ackedEpoch: 1 });
    expect(watcher.route).toEqual(open(1));
  });

  it('tells of trouble once, recovers by itself, and leaves when it is stopped', async () => {
    store.beforeRead = () => Promise.reject(new Error('no such table'));
    watcher.start();
    await pass(2_000);
    expect(troubles).toHaveLength(1);
    await expect(watcher.current()).rejects.toMatchObject({ code: 'migration.notReady' });
    store.beforeRead = () => Promise.resolve();
    store.route = open(3);
    await pass(300);
    expect(watcher.route).toEqual(open(3));
    const stopped = watcher.stop();
    await pass(300);
    await stopped;
    expect(store.left).toEqual([watcher.id]);
    expect(watcher.route).toBeUndefined();
  });

  it('stays registered when it is stopped with a write on its way', async () => {
    store.route = open(1);
    watcher.start();
    await pass(10);
    watcher.writes.begin(1);
    const stopped = watcher.stop();
    await pass(300);
    await stopped;
    expect(store.left).toEqual([]);
  });
});
