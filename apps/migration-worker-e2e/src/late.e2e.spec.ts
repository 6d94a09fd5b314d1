import { isCopyTo } from './bed/calls.ts';
import { MigrationBed } from './bed/migration-bed.ts';

let bed: MigrationBed;
afterEach(() => bed.close());

describe('a page that was read and arrives late', () => {
  it('brings no deleted row back and overwrites no newer one', async () => {
    bed = await MigrationBed.open({ seed: 'late', rows: 60, tables: ['agents', 'threads'], segments: 1 });
    const arrives = Promise.withResolvers<void>();
    const read = Promise.withResolvers<void>();
    bed.proxy.once(isCopyTo('aace-agents-pk'), 'before', () => {
      read.resolve();
      return arrives.promise;
    });
    const running = bed.start('run', '--until', 'caught-up');
    await read.promise;
    const [gone, changed] = bed.initial.filter(({ table }) => table === 'agents');
    if (!gone || !changed) throw new Error('There are no agents.');
    await bed.change(gone, null);
    await bed.change(changed, { ...changed.item, agent_name: { S: 'newer' } });
    await bed.until(({ tables }) => (tables.agents?.events.seen ?? 0) >= 2, running);
    arrives.resolve();
    await bed.mustEnd('run', running.exit);
    expect(await bed.judge('target')).toBeUndefined();
  }, 120_000);
});
