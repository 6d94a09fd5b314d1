import { MigrationBed } from './bed/migration-bed.ts';
import { smallWorld } from './bed/small-world.ts';

let bed: MigrationBed;
afterEach(() => bed.close());

/** Caught up once; then the older engine goes on alone. */
async function leftAlone() {
  bed = await MigrationBed.open({
    ...smallWorld,
    seed: 'gap',
    proxy: { streams: { seed: 'gap', recordsPerShard: 15 } },
  });
  await bed.mustRun('run', '--until', 'caught-up');
  const writers = await bed.startWriters('source', { rate: 200 });
  while (writers.stats.acknowledged < 250) await new Promise((resolve) => setTimeout(resolve, 50));
  await writers.stop();
}

describe('a stream with a gap', () => {
  it('stops the run with an exit code of its own; resync finds what changed and what was deleted in it', async () => {
    await leftAlone();
    for (const table of smallWorld.tables) await bed.proxy.streams?.trim(`aace-${table}`);
    expect(await bed.run('run', '--until', 'caught-up')).toMatchObject({ code: 7 });
    expect(await bed.run('cutover')).toMatchObject({ code: 7 });
    expect(await bed.judge('target')).toBeDefined();
    await bed.mustRun('resync');
    await bed.mustRun('run', '--until', 'caught-up');
    expect(await bed.judge('target')).toBeUndefined();
  }, 240_000);

  it('of a shard that is gone before it was read is one, too', async () => {
    await leftAlone();
    await bed.proxy.streams?.refresh('aace-wizards');
    const unread = bed.proxy.streams?.shardsOf('aace-wizards').findLast(({ closed }) => closed);
    if (!unread) throw new Error('No closed shard.');
    bed.proxy.streams?.vanish(unread);
    expect(await bed.run('run', '--until', 'caught-up')).toMatchObject({ code: 7 });
  }, 240_000);
});
