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

/** A sample reads a part of a table, also of one that is filled in place, and no less than was asked for. */
async function sampled(table: string): Promise<void> {
  let read = 0;
  bed.proxy.watcher = ({ operation, tables }, answer) => {
    if (operation !== 'Scan' || !tables.includes(`aace-${table}`)) return;
    read += (JSON.parse(answer?.body.toString() ?? '{}') as { ScannedCount: number }).ScannedCount;
  };
  expect(await verify('--sample', '10')).toMatchObject({ code: 0, clean: true });
  bed.proxy.watcher = undefined;
  expect(read).toBeGreaterThanOrEqual(10);
  expect(read).toBeLessThan(bed.initial.filter((row) => row.table === table).length);
}

it('verification finds every planted corruption, none while writers write, and puts right what it finds', async () => {
  const tables = ['agents', 'threads', 'wizards', 'elements', 'prompt_templates'];
  bed = await MigrationBed.open({ seed: 'verify', rows: 400, tables: [...tables, 'runs'] });
  await bed.mustRun('run', '--until', 'caught-up');
  await sampled('runs');
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
