import { setTimeout as delay } from 'node:timers/promises';
import type { Call, Writers } from '@agent-engine/fault-bed';
import { isCall } from './bed/calls.ts';
import { unaccounted } from './bed/conservation.ts';
import { CONTROL_TABLE } from './bed/control-units.ts';
import { MigrationBed } from './bed/migration-bed.ts';
import { smallWorld } from './bed/small-world.ts';

let bed: MigrationBed;
afterEach(() => bed.close());

/** For writers to stand still: generous, for machines of tests. */
const BUDGET_MS = 10_000;
/** Until this test sees that the new side is open, and writers have found out what there is. */
const NOTICED_MS = 3_000;

/** State and route in one transaction, and nothing else in it. */
const isJournal = ({ operation, tables }: Call) =>
  operation === 'TransactWriteItems' && tables.every((table) => table === CONTROL_TABLE);

const untilWritten = async ({ stats }: Writers, more: number) => {
  const enough = stats.acknowledged + more;
  while (stats.acknowledged < enough) await delay(50);
};

it('a cutover and the way back lose no acknowledged write, wherever they are called off or killed', async () => {
  bed = await MigrationBed.open({ ...smallWorld, rows: 120, seed: 'switch' });
  const older = await bed.startWriters('source', { rate: 25 });
  await bed.fencedBy({ source: older });
  await bed.mustRun('run', '--until', 'caught-up');

  // Called off: the source is writable, and written to.
  const late = await bed.run('cutover', '--budget', '100ms');
  expect(late).toMatchObject({ code: 5, err: expect.stringContaining('the source is writable again') });
  expect(late.err).toContain('longer than 100 ms');
  expect(await bed.status()).toMatchObject({ state: 'CATCHING_UP' });
  await untilWritten(older, 10);

  // Killed while it drains: the next one takes the fence down, and begins anew.
  expect(await bed.killAt(['cutover'], isCall('UpdateTable', 'aace-agents'), 'after')).toMatchObject({
    signal: 'SIGKILL',
  });
  // Killed when it was decided: the next one goes on.
  expect(await bed.killAt(['cutover'], isJournal, 'after')).toMatchObject({ signal: 'SIGKILL' });
  await bed.mustRun('cutover');
  await older.stop();
  expect(await bed.judge('target')).toBeUndefined();
  const { rollback, ...after } = await bed.status();
  expect(after.cutover.writeGapMs).toBeGreaterThan(0);
  expect(rollback).toEqual({ status: 'lossless', reasons: [] });

  const newer = await bed.startWriters('target', { rate: 25 });
  await bed.fencedBy({ target: newer });
  await untilWritten(newer, 40);
  expect(await bed.killAt(['rollback'], isCall('UpdateTable', 'aace-agents-pk'), 'after')).toMatchObject({
    signal: 'SIGKILL',
  });
  // A throttle while the fence goes up costs time and nothing else.
  let throttled = false;
  bed.proxy.plan = ({ request }) => {
    if (throttled || !JSON.stringify(request).includes('instance#')) return undefined;
    throttled = true;
    return { kind: 'throttle', whole: true };
  };
  await bed.mustRun('rollback');
  bed.proxy.plan = undefined;
  expect(throttled).toBe(true);
  await newer.stop();
  expect(await bed.judge('source')).toBeUndefined();

  // There again, in the time that writers were promised: by what they were told, not by what the command says.
  const again = await bed.startWriters('source', { rate: 25 });
  await bed.fencedBy({ source: again });
  await untilWritten(again, 20);
  const cutover = bed.start('cutover', '--budget', `${BUDGET_MS}ms`);
  await bed.until(({ state }) => /^(OPEN|SOAK)$/.test(state), cutover);
  const newest = await bed.startWriters('target', { rate: 25 });
  await untilWritten(newest, 10);
  await bed.mustEnd('cutover', cutover.exit);
  await again.stop();
  await newest.stop();
  const lastBefore = Math.max(...bed.acknowledged(again));
  const firstAfter = Math.min(...bed.acknowledged(newest));
  expect(firstAfter - lastBefore).toBeGreaterThan(0);
  expect(firstAfter - lastBefore).toBeLessThan(BUDGET_MS + NOTICED_MS);
  // What was written over there since is on its way back.
  expect(await bed.violations('target')).toEqual([]);
  expect(unaccounted(await bed.status())).toEqual([]);
}, 300_000);
