import { killStorm, zombie } from '@agent-engine/fault-bed';
import { unaccounted } from './bed/conservation.ts';
import { MigrationBed } from './bed/migration-bed.ts';
import { smallWorld } from './bed/small-world.ts';

let bed: MigrationBed;
afterEach(() => bed.close());

describe('a run that is killed', () => {
  it('again and again, at any call, is finished by the same command', async () => {
    bed = await MigrationBed.open({ ...smallWorld, seed: 'kills' });
    const writers = await bed.startWriters('source', { rate: 40 });
    const died = await killStorm(
      {
        proxy: bed.proxy,
        command: bed.command('run', '--until', 'caught-up'),
        seed: 'kills',
        budgetMs: 60_000,
      },
      12,
      250,
    );
    expect(died.length).toBeGreaterThan(4);
    await writers.stop();
    await bed.proxy.settled();
    await bed.mustRun('run', '--until', 'caught-up');
    await bed.mustRun('cutover');
    expect(await bed.judge('target')).toBeUndefined();
    expect(unaccounted(await bed.status())).toEqual([]);
  }, 240_000);
});

describe('a worker that stood still', () => {
  it.each([40, 140])(
    'at its call %i, while another finished, writes nothing when it wakes up',
    async (k) => {
      bed = await MigrationBed.open({ ...smallWorld, seed: `zombie ${k}` });
      const writers = await bed.startWriters('source', { rate: 40 });
      const sleeper = bed.start('run', '--until', 'caught-up');
      await zombie({ proxy: bed.proxy, running: sleeper, k }, async () => {
        await bed.mustRun('run', '--until', 'caught-up');
        await writers.stop();
        await bed.mustRun('cutover');
      });
      const { code } = await sleeper.exit;
      expect([0, 6]).toContain(code);
      expect(await bed.judge('target')).toBeUndefined();
      expect(unaccounted(await bed.status())).toEqual([]);
    },
    240_000,
  );
});
