import type { BenchResult, Figure } from '../figure.ts';
import { median, quantile } from '../statistics.ts';
import { copyFloor } from './copy-floor.ts';
import { type Costs, costs } from './cost.ts';
import { startMigrationWorld } from './migration.world.ts';
import { tailLags } from './tail-lag.ts';
import { runWorker, secondsBetween } from './worker.ts';

const TABLE = 'threads';
const ROWS = 20_000;
const MEMORY_ROWS = 100_000;
const FULL_MEMORY_ROWS = 1_000_000;
const ROUNDS = 2;
/** Rows in no index, in one, two and three. */
const COST_TABLES = ['wizards', 'mcp_servers', 'elements', 'prompt_templates'];
const COST_WORLD = {
  tables: COST_TABLES,
  rows: 3_000,
  unindexed: ['wizards'],
  segments: 'auto' as const,
  capacity: { write: 500, read: 1_000 },
};
const MEMORY = { atMost: 256 };

/** What moving tables takes, against loops that do nothing but read and write. `full` adds a million rows. */
export async function benchMigrate({ full }: { full: boolean }): Promise<BenchResult> {
  const figures = [...(await moving()), ...(await cost()), await memory(MEMORY_ROWS)];
  if (full) figures.push(await memory(FULL_MEMORY_ROWS));
  return { bench: 'migrate', figures };
}

async function moving(): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const world = await startMigrationWorld({ tables: [TABLE], rows: ROWS });
  stack.defer(() => world.stop());
  const rates = {
    worker: [] as number[],
    put: [] as number[],
    insert: [] as number[],
    verify: [] as number[],
  };
  for (let round = 0; round < ROUNDS; round++) {
    console.error(`round ${round + 1} of ${ROUNDS} …`);
    await world.reset();
    rates.put.push(await copyFloor(world, TABLE, 'put'));
    await runWorker(world, ['run', '--until', 'caught-up']);
    rates.worker.push(ROWS / (await secondsBetween(world, 'COPYING', 'CATCHING_UP')));
    rates.insert.push(await copyFloor(world, TABLE, 'insert'));
    const verified = await runWorker(world, ['verify', '--json']);
    const { clean, checked } = JSON.parse(verified.stdout) as { clean: boolean; checked: number };
    if (!clean || checked < ROWS) throw new Error(`Verification looked at ${checked} rows: clean ${clean}.`);
    rates.verify.push(ROWS / verified.seconds);
  }
  console.error('following writes …');
  const lags = await tailLags(world);
  const worker = median(rates.worker);
  const put = median(rates.put);
  const insert = median(rates.insert);
  const verify = median(rates.verify);
  return [
    { name: `copy of ${ROWS} rows with 2 indexes`, value: worker, unit: 'rows/s' },
    { name: 'plain Scan + BatchWriteItem (overwrites)', value: put, unit: 'rows/s' },
    { name: 'plain Scan + INSERT statements', value: insert, unit: 'rows/s' },
    { name: 'copy / BatchWriteItem loop', value: worker / put, unit: 'x', target: { atLeast: 0.8 } },
    { name: 'copy / INSERT loop', value: worker / insert, unit: 'x', target: { atLeast: 0.8 } },
    { name: 'verification, whole command', value: verify, unit: 'rows/s' },
    { name: 'verification / copy', value: verify / worker, unit: 'x', target: { atLeast: 1 } },
    { name: 'tail behind 200 writes/s, median', value: median(lags), unit: 's' },
    { name: 'tail behind 200 writes/s, longest', value: quantile(lags, 1), unit: 's', target: { atMost: 2 } },
  ];
}

async function cost(): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const world = await startMigrationWorld(COST_WORLD);
  stack.defer(() => world.stop());
  await world.reset();
  console.error('comparing estimates …');
  const found = await costs(world, COST_TABLES);
  return [
    ...found.tables.flatMap(({ table, indexes, write, read }) => [
      offBy(`write units of ${table} in ${indexes} indexes`, write),
      offBy(`read units of ${table}`, read),
    ]),
    { name: 'seconds at 500 write units/s, estimated', value: found.seconds.estimated, unit: 's' },
    { name: 'seconds from the first page to verified', value: found.seconds.measured, unit: 's' },
  ];
}

function offBy(what: string, { estimated, measured }: Costs['tables'][number]['write']): Figure {
  return {
    name: `${what}, ${estimated} for ${measured}, off by`,
    value: (100 * Math.abs(estimated - measured)) / measured,
    unit: '%',
    target: { atMost: 5 },
  };
}

async function memory(rows: number): Promise<Figure> {
  console.error(`moving ${rows} rows …`);
  await using stack = new AsyncDisposableStack();
  const world = await startMigrationWorld({ tables: [TABLE], rows, segments: 'auto' });
  stack.defer(() => world.stop());
  await world.reset();
  const { peakMb } = await runWorker(world, ['run', '--until', 'caught-up']);
  return { name: `peak RSS, ${rows} rows`, value: peakMb, unit: 'MB', target: MEMORY };
}
