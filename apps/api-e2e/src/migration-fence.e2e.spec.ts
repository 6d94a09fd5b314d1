import { setTimeout as delay } from 'node:timers/promises';
import { awaitFence } from '@agent-engine/migration-route';
import type { ApiProcess } from './api-process.fixture.ts';
import type { DatabaseCall } from '@agent-engine/testing';
import { MigrationWorld, until } from './migration-route.fixture.ts';

const SEED = 20261125;
const CLIENTS = 12;
/** Only acknowledgements end such a wait, however slow the machine is. */
const BY_ACKS = { maxRequestMs: 90_000 };

describe('the fence of a migration, under mutations', () => {
  let world: MigrationWorld;
  let epoch: number;
  const begin = async (delayMs?: (call: DatabaseCall) => number) => {
    world = await MigrationWorld.create(delayMs);
    ({ epoch } = await world.store.change(0, { side: 'target', writes: 'open' }));
  };
  afterEach(() => world.stop());

  const change = async (writes: 'open' | 'closed') => {
    ({ epoch } = await world.store.change(epoch, { side: 'target', writes }));
  };

  /** Clients that mutate without a pause until told to stop; labels of what was answered as written, and refusals. */
  function storm(apis: readonly ApiProcess[]) {
    const written: string[] = [];
    const codes = new Set<string>();
    let isOver = false;
    let number = 0;
    const client = async (api: ApiProcess) => {
      while (!isOver) {
        const label = `w${number++}`;
        const { errors } = await world.query(
          api,
          `mutation { insertUpdateMcpServer(mcpLabel: "${label}", mcpServerUrl: "https://mcp.example", updatedBy: "s") { mcpServer { mcpServerUuid } } }`,
        );
        if (errors) codes.add(errors[0]?.extensions.code ?? '');
        else written.push(label);
      }
    };
    const clients = Array.from({ length: CLIENTS }, (_, i) => client(apis[i % apis.length] as ApiProcess));
    const end = async () => {
      isOver = true;
      await Promise.all(clients);
    };
    return {
      written,
      codes,
      [Symbol.asyncDispose]: end,
      end,
    };
  }

  it('lets no write land once it stands, whenever it is raised, and loses none that was answered', async () => {
    const random = seeded(SEED);
    // A few take long: those that a fence raised too early would not wait for.
    await begin(({ operation }) => (operation !== 'GetItem' && random() < 0.05 ? 1_000 * random() : 0));
    const apis = await Promise.all([world.startApi(), world.startApi()]);
    await using mutations = storm(apis);
    const early: number[] = [];
    const landed: number[] = [];
    for (let round = 0; round < 4; round++) {
      const before = mutations.written.length;
      await until(() => Promise.resolve(mutations.written.length > before + 10));
      await delay(random() * 300);
      await change('closed');
      const fence = await awaitFence(world.store, epoch, BY_ACKS);
      const stands = performance.now();
      expect(fence).toMatchObject({ by: 'acks', silent: [] });
      early.push(world.tenantWrites.filter(({ answeredAt }) => answeredAt === undefined).length);
      await delay(random() * 1_000);
      landed.push(world.tenantWrites.filter(({ receivedAt }) => receivedAt > stands).length);
      await change('open');
    }
    await mutations.end();
    expect([early, landed]).toEqual([early.map(() => 0), landed.map(() => 0)]);
    expect(mutations.codes).toContain('migration.fenced');
    // A machine so busy that an instance cannot tell where it stands is told so, and nothing else goes wrong.
    expect([...mutations.codes].filter((code) => !code.startsWith('migration.'))).toEqual([]);
    expect(missing(mutations.written, await world.stored('mcp_servers', 'mcp_label'))).toEqual([]);
  }, 120_000);

  it('holds against a process that was stopped in mid-storm and wakes up behind it', async () => {
    await begin();
    const stopped = await world.startApi();
    await using mutations = storm([stopped]);
    const random = seeded(SEED);
    const landed: number[] = [];
    for (let round = 0; round < 3; round++) {
      const before = mutations.written.length;
      await until(() => Promise.resolve(mutations.written.length > before + 10));
      await delay(random() * 50);
      stopped.child.kill('SIGSTOP');
      await change('closed');
      // The database is on this machine: what was sent before has long ended after 300 ms.
      const fence = await awaitFence(world.store, epoch, { maxRequestMs: 300 });
      const stands = performance.now();
      expect(fence).toMatchObject({ by: 'elapsed', silent: [{ kind: 'api' }] });
      stopped.child.kill('SIGCONT');
      await delay(1_300);
      landed.push(world.tenantWrites.filter(({ receivedAt }) => receivedAt > stands).length);
      await change('open');
    }
    await mutations.end();
    expect(landed).toEqual(landed.map(() => 0));
    expect(missing(mutations.written, await world.stored('mcp_servers', 'mcp_label'))).toEqual([]);
  }, 120_000);
});

const missing = (written: string[], stored: Set<string>) => written.filter((label) => !stored.has(label));

/** mulberry32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
