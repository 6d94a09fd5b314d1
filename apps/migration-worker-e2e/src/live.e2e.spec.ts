import { unaccounted } from './bed/conservation.ts';
import { controlUnits } from './bed/control-units.ts';
import { MigrationBed } from './bed/migration-bed.ts';
import { smallWorld } from './bed/small-world.ts';

const TABLES = ['agents', 'threads', 'fine_tuning_messages'];

let bed: MigrationBed;
afterEach(() => bed.close());

describe('while the older engine writes', () => {
  it('workers share the work, follow shards that split, and lose, keep back and revive nothing', async () => {
    bed = await MigrationBed.open({
      seed: 'live',
      rows: 200,
      tables: TABLES,
      segments: 3,
      proxy: {
        streams: { seed: 'live', recordsPerShard: 40, pageSize: 20, hiddenParents: 1, redelivered: 0.15 },
      },
    });
    const writers = await bed.startWriters('source', { rate: 20 });
    const workers = [1, 2, 3].map(() => bed.start('run'));
    const owners = new Set<string>();
    await bed.until(({ state, tables: { agents } }) => {
      void controlUnits(bed).then((units) => units.forEach(({ owner }) => owner && owners.add(owner)));
      return /CATCHING_UP|VERIFIED/.test(state) && (agents?.events.seen ?? 0) > 50;
    }, workers[0]);
    expect(owners.size).toBeGreaterThan(1);

    const [stopped, ...others] = workers;
    stopped?.child.kill('SIGTERM');
    expect(await stopped?.exit).toMatchObject({ code: 0 });
    const seen = (await bed.status()).tables.agents?.events.seen ?? 0;
    await bed.until(({ tables: { agents } }) => (agents?.events.seen ?? 0) > seen, others[0]);
    await writers.stop();
    for (const worker of others) worker.child.kill('SIGTERM');
    for (const worker of others) expect(await worker.exit).toMatchObject({ code: 0 });
    expect((await controlUnits(bed)).filter(({ owner }) => owner !== undefined)).toEqual([]);

    // What was written while nobody ran is carried over by the cutover's own drain.
    await bed.mustRun('cutover');
    expect(await bed.judge('target')).toBeUndefined();
    const status = await bed.status();
    expect(unaccounted(status)).toEqual([]);
    expect(status.quarantine).toBe(0);
    expect(writers.stats).toMatchObject({ refused: 0 });
    const shards = TABLES.flatMap((table) => bed.proxy.streams?.shardsOf(`aace-${table}`) ?? []);
    expect(shards.filter(({ parent }) => parent !== undefined)).not.toEqual([]);
    expect(bed.proxy.streams?.readTooEarly).toEqual([]);
  }, 240_000);

  it('rows that have no place are kept apart, by reason, accounted for, and block a cutover', async () => {
    bed = await MigrationBed.open({ ...smallWorld, seed: 'misfits', misfits: 0.1 });
    await bed.mustRun('run', '--until', 'caught-up');
    const status = await bed.status();
    expect(status.quarantine).toBeGreaterThan(3);
    expect(unaccounted(status)).toEqual([]);
    expect(await bed.judge('target')).toBeUndefined();
    expect(await bed.run('cutover')).toMatchObject({ code: 5, err: expect.stringContaining('quarantine') });
  }, 120_000);
});
