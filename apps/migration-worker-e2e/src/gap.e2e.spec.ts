import { setTimeout as delay } from 'node:timers/promises';
import { unaccounted } from './bed/conservation.ts';
import { MigrationBed } from './bed/migration-bed.ts';

const TABLES = ['agents', 'threads', 'fine_tuning_messages'];

let bed: MigrationBed;
afterEach(() => bed.close());

/** Caught up once; then the older engine goes on alone for a while. */
async function leftAlone(seed: string, tables: readonly string[]) {
  bed = await MigrationBed.open({
    seed,
    tables,
    rows: 120,
    proxy: { streams: { seed, recordsPerShard: 80, pageSize: 20 } },
  });
  await bed.mustRun('run', '--until', 'caught-up');
  for (const row of bed.initial.filter(({ table }) => table === 'agents').slice(0, 3))
    await bed.change(row, null);
  const writers = await bed.startWriters('source', { rate: 300 });
  while (writers.stats.acknowledged < 200) await delay(50);
  await writers.stop();
}

describe('a stream with a gap', () => {
  it('stops everything with an exit code of its own; resync finds what changed and was deleted in it', async () => {
    await leftAlone('gap', TABLES);
    for (const table of TABLES) await bed.proxy.streams?.trim(`aace-${table}`);
    expect(await bed.run('run', '--until', 'caught-up')).toMatchObject({ code: 7 });
    expect(await bed.run('cutover')).toMatchObject({ code: 7 });
    expect(await bed.judge('target')).toMatch(/extra/);
    // Writers go on while it is put right.
    const writers = await bed.startWriters('source', { rate: 20 });
    await bed.mustRun('resync');
    await bed.mustRun('run', '--until', 'caught-up');
    await writers.stop();
    await bed.mustRun('cutover');
    expect(await bed.judge('target')).toBeUndefined();
    expect(unaccounted(await bed.status())).toEqual([]);
  }, 240_000);

  it('is one, too, when a shard is gone before it was read; iterators that are merely old are taken anew', async () => {
    await leftAlone('vanished', ['agents', 'threads']);
    const running = bed.start('run');
    await bed.until(({ tables }) => (tables.agents?.events.seen ?? 0) > 0, running);
    bed.proxy.streams?.expireIterators();
    const { events } = (await bed.status()).tables.agents ?? {};
    const writers = await bed.startWriters('source', { rate: 60 });
    await bed.until(({ tables }) => (tables.agents?.events.seen ?? 0) > (events?.seen ?? 0) + 5, running);
    await writers.stop();
    running.child.kill('SIGTERM');
    await bed.mustEnd('run', running.exit);
    const unread = bed.proxy.streams?.shardsOf('aace-agents').find(({ closed }) => !closed);
    if (!unread) throw new Error('No shard is open.');
    const more = await bed.startWriters('source', { rate: 300, tables: ['agents'] });
    while (!unread.closed) {
      await delay(50);
      await bed.proxy.streams?.refresh('aace-agents');
    }
    await more.stop();
    bed.proxy.streams?.vanish(unread);
    const { code, err } = await bed.run('run', '--until', 'caught-up');
    expect({ code, err }).toEqual({ code: 7, err: expect.stringContaining(unread.id) });
  }, 240_000);
});
