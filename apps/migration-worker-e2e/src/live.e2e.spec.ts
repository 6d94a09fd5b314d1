import { unaccounted } from './bed/conservation.ts';
import { MigrationBed } from './bed/migration-bed.ts';
import { smallWorld } from './bed/small-world.ts';

let bed: MigrationBed;
afterEach(() => bed.close());

describe('while the older engine writes', () => {
  it('copies, follows split shards whose children are listed first, and loses, keeps back and revives nothing', async () => {
    bed = await MigrationBed.open({
      seed: 'live',
      rows: 500,
      proxy: {
        streams: { seed: 'live', recordsPerShard: 25, pageSize: 3, emptyPages: 0.2, redelivered: 0.1 },
      },
    });
    const writers = await bed.startWriters('source');
    const running = bed.start('run');
    await bed.until(({ state }) => state === 'VERIFIED', running);
    const seen = writers.stats.acknowledged;
    expect(seen).toBeGreaterThan(100);
    await writers.stop();
    running.child.kill('SIGTERM');
    expect(await running.exit).toMatchObject({ code: 0 });
    await bed.mustRun('run', '--until', 'caught-up');
    // What was written while it stood still is carried over by the cutover's own drain.
    await bed.mustRun('cutover');
    expect(await bed.judge('target')).toBeUndefined();
    const status = await bed.status();
    expect(unaccounted(status)).toEqual([]);
    expect(status.quarantine).toBe(0);
    const { scanned, inserted, present, events } = status.tables.agents ?? {};
    expect((inserted ?? 0) + (present ?? 0)).toBe(scanned);
    expect(events?.seen).toBeGreaterThan(0);
    expect(writers.stats.refused).toBe(0);
  }, 240_000);

  it('keeps rows that have no place apart, by reason, and accounts for them', async () => {
    bed = await MigrationBed.open({ ...smallWorld, seed: 'misfits', misfits: 0.1 });
    await bed.mustRun('run', '--until', 'caught-up');
    const status = await bed.status();
    expect(status.quarantine).toBeGreaterThan(3);
    expect(unaccounted(status)).toEqual([]);
    expect(await bed.judge('target')).toBeUndefined();
    expect(await bed.run('cutover')).toMatchObject({ code: 5 });
  }, 120_000);
});
