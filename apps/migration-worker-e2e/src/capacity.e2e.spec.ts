import { type Call, CapacityMeter } from '@agent-engine/fault-bed';
import { isCopyTo } from './bed/calls.ts';
import { unaccounted } from './bed/conservation.ts';
import { MigrationBed } from './bed/migration-bed.ts';

let bed: MigrationBed;
afterEach(() => bed.close());

/** What the operator allows, and what the table can really do, in units per second. */
const LIMIT = 480;
const TABLE = 60;
/** What the operator allows afterwards. */
const LOWER = 60;
const HIGHER = 4_000;
/** Batches that may be under way at once. */
const LANES = 4;

interface Written {
  at: number;
  units: number;
}

type Moment = Pick<Written, 'at'>;
const seconds = (from: Moment, to: Moment) => (to.at - from.at) / 1_000;
const sum = (list: readonly Written[]) => list.reduce((total, { units }) => total + units, 0);

/** Units per second since then. */
const speed = (since: number, list: readonly Written[]) =>
  sum(list) / seconds({ at: since }, list.at(-1) ?? { at: Infinity });

/**
 * Units above the limit, in whatever time they came: a second's worth may have gathered before, batches under way may
 * overdraw, and this test may not have looked for another second.
 */
function overdrawn(list: readonly Written[], limit: number): number {
  const underWay = LANES * Math.max(...list.map(({ units }) => units));
  return Math.max(
    ...list.flatMap((from, i) =>
      list
        .slice(i)
        .map((to, j) => sum(list.slice(i, i + j + 1)) - limit * (seconds(from, to) + 2) - underWay),
    ),
  );
}

it('the copy goes as fast as the table can, never faster than it may, and as fast as it is told while it runs', async () => {
  bed = await MigrationBed.open({
    seed: 'capacity',
    rows: 850,
    tables: ['agents'],
    segments: 1,
    capacity: { write: LIMIT, read: 100_000 },
    proxy: { capacity: { write: TABLE, tables: (table) => table.endsWith('-pk') } },
  });
  const isCopy = (call: Call) => /-pk$/.test(call.tables[0] ?? '') && isCopyTo(call.tables[0] ?? '')(call);
  const copied: Written[] = [];
  const refused = { some: 0, all: 0 };
  bed.proxy.watcher = (call, answer) => {
    if (!isCopy(call) || answer?.status !== 200) return;
    const { Responses, ConsumedCapacity = [] } = JSON.parse(answer.body.toString()) as {
      Responses: { Error?: { Code: string } }[];
      ConsumedCapacity?: { CapacityUnits: number }[];
    };
    const units = ConsumedCapacity.reduce((total, { CapacityUnits }) => total + CapacityUnits, 0);
    copied.push({ at: performance.now(), units });
    const held = Responses.filter(({ Error: error }) => /Throttl|Throughput/.test(error?.Code ?? '')).length;
    if (held === Responses.length) refused.all++;
    else if (held > 0) refused.some++;
  };
  const writers = await bed.startWriters('source', { rate: 2 });
  const running = bed.start('run', '--until', 'caught-up');

  // The table refuses: the rate falls by halves, below what it can do, and grows back step by step.
  const rates: number[] = [];
  await bed.until(({ throttle: { reason } }) => {
    const [, rate] = /throttles: ([\d.]+) of 480/.exec(reason) ?? [];
    if (rate !== undefined && Number(rate) !== rates.at(-1)) rates.push(Number(rate));
    const lowest = rates.indexOf(Math.min(...rates));
    return (rates[lowest] ?? LIMIT) <= 2 * TABLE && lowest < rates.length - 1;
  }, running);
  const rises = rates.slice(1).map((rate, i) => rate - (rates[i] ?? 0));
  expect(Math.min(...rates)).toBeLessThanOrEqual(LIMIT / 4);
  expect(rises.some((rise) => rise > 0)).toBe(true);
  // No step up is like a step down from above.
  expect(Math.max(...rises)).toBeLessThan(LIMIT / 4);
  expect(refused.some).toBeGreaterThan(0);
  expect(refused.all).toBeGreaterThan(0);

  // The table could do more now, and the operator wants less.
  bed.proxy.capacity = new CapacityMeter({ write: 1_000_000 });
  await bed.ask('throttle', '--write', String(LOWER), '--read', '100000');
  await bed.until(
    ({ throttle }) => throttle.write === LOWER && throttle.reason.includes(`${LOWER} units`),
    running,
  );
  const slow = copied.length;
  const slowAt = performance.now();
  await bed.until(() => sum(copied.slice(slow)) > 5 * LOWER, running);
  const metered = copied.slice(slow);
  expect(overdrawn(metered, LOWER)).toBeLessThanOrEqual(0);

  await writers.stop();
  const told = copied.length;
  const toldAt = performance.now();
  await bed.ask('throttle', '--write', String(HIGHER), '--read', '100000');
  await bed.mustEnd('run', running.exit);
  const fast = copied.slice(told);
  expect(speed(toldAt, fast)).toBeGreaterThan(2 * speed(slowAt, metered));
  expect(await bed.judge('target')).toBeUndefined();
  expect(unaccounted(await bed.status())).toEqual([]);
}, 240_000);
