import { MigrationBed } from './bed/migration-bed.ts';
let bed: MigrationBed;
afterEach(() => bed.close());
it('runs', async () => {
  bed = await MigrationBed.open({ seed: 'live', rows: 500, proxy: { streams: { seed: 'live', recordsPerShard: 25, pageSize: 3, emptyPages: 0.2, redelivered: 0.1 } } });
  const writers = await bed.startWriters('source');
  const r = bed.start('run');
  for (let i = 0; i < 12; i++) {
    await new Promise((d) => setTimeout(d, 4000));
    const s = await bed.status();
    const sh = ['agents','threads','runs','messages'].map((t) => bed.proxy.streams?.shardsOf('aace-' + t).length);
    console.log(s.state, JSON.stringify(Object.entries(s.tables).map(([t, v]: any) => [t, v.percent, v.events.seen, v.lagSeconds])), sh, writers.stats.acknowledged, bed.proxy.log.count, bed.proxy.failures.length, JSON.stringify(bed.proxy.log.operations));
  }
  void r;
}, 300000);
