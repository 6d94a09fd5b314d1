import { corruptions, plantCorruptions } from '@agent-engine/fault-bed';
import { MigrationBed } from './bed/migration-bed.ts';

let bed: MigrationBed;
afterEach(() => bed.close());

interface Found {
  clean: boolean;
  checked: number;
  repaired: number;
  differences: { table: string; key: Record<string, string>; kind: string }[];
  byKind: Record<string, number>;
}

const verify = async (...args: string[]) => {
  const { code, out, err } = await bed.run('verify', '--json', ...args);
  if (code !== 0 && code !== 4) throw new Error(err);
  return { code, ...(JSON.parse(out) as Found) };
};

it('verification finds every planted corruption, none while writers write, and puts right what it finds', async () => {
  const tables = ['agents', 'threads', 'wizards', 'elements', 'prompt_templates'];
  bed = await MigrationBed.open({ seed: 'verify', rows: 300, tables });
  await bed.mustRun('run', '--until', 'caught-up');
  const writers = await bed.startWriters('source', { rate: 40 });
  const live = await verify();
  expect(live).toMatchObject({ code: 0, clean: true, differences: [] });
  expect(live.checked).toBeGreaterThan(200);
  await writers.stop();
  await bed.mustRun('run', '--until', 'caught-up');

  const kinds = Object.keys(corruptions).length;
  const { client } = bed.database;
  const planted = await plantCorruptions({ client, seed: 'verify', count: 2 * kinds, tables });
  const named = planted.map(({ table, key, expected, kind }) => ({
    table,
    key: Object.fromEntries(Object.entries(key).map(([name, value]) => [name, value.S ?? value.N])),
    // Without the token that is ours alone, a tombstone is a row that somebody else has written.
    kind: kind === 'ghostTombstone' ? 'different' : expected,
  }));
  for (const args of [[], ['--sample', '10000'], ['--repair']]) {
    const { code, differences, repaired } = await verify(...args);
    const found = differences.map(({ table, key, kind }) => ({ table, key, kind }));
    expect(found).toHaveLength(named.length);
    expect(found).toEqual(expect.arrayContaining(named));
    const mends = args[0] === '--repair';
    expect([code, repaired]).toEqual(mends ? [0, named.length] : [4, 0]);
  }
  expect(await verify()).toMatchObject({ code: 0, differences: [] });
  expect(await bed.judge('target')).toBeUndefined();
}, 240_000);

it('a sample reads a part of each table, also of those that are filled in place, and finds what is wrong in it', async () => {
  bed = await MigrationBed.open({ seed: 'sample', rows: 500, tables: ['threads', 'runs'] });
  await bed.mustRun('run', '--until', 'caught-up');
  const inRuns = bed.initial.filter(({ table }) => table === 'runs').length;
  let read = 0;
  bed.proxy.watcher = ({ operation, tables }, answer) => {
    if (operation !== 'Scan' || !tables.includes('aace-runs')) return;
    read += (JSON.parse(answer?.body.toString() ?? '{}') as { ScannedCount: number }).ScannedCount;
  };
  expect(await verify('--sample', '50')).toMatchObject({ code: 0, clean: true });
  expect(read).toBeGreaterThanOrEqual(50);
  expect(read).toBeLessThan(inRuns / 2);
  read = 0;
  expect(await verify()).toMatchObject({ code: 0 });
  expect(read).toBe(inRuns);
}, 120_000);
