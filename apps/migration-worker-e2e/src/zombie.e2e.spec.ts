import { setTimeout as delay } from 'node:timers/promises';
import type { Call } from '@agent-engine/fault-bed';
import { isCall, isCopyTo } from './bed/calls.ts';
import { unaccounted } from './bed/conservation.ts';
import { MigrationBed } from './bed/migration-bed.ts';

const WAKING_MS = 15_000;

const beds: MigrationBed[] = [];
afterEach(() => Promise.all(beds.splice(0).map((bed) => bed.close())));

interface Sleep {
  /** The call at which the worker stands still, and whether the database has seen it by then. */
  at: (call: Call) => boolean;
  when: 'before' | 'after';
  /** A write that leads to that call. */
  write?: boolean;
}

/**
 * Stops a worker, and the call it has under way, as a long pause would. Meanwhile another takes over and finishes, a row
 * that the call is about is deleted, and its tombstone collected. Then call and worker go on.
 */
async function slept(seed: string, { at, when, write = false }: Sleep) {
  const bed = await MigrationBed.open({ seed, rows: 40, tables: ['agents', 'threads'], segments: 1 });
  beds.push(bed);
  const awake = Promise.withResolvers<void>();
  const asleep = Promise.withResolvers<void>();
  const worker = bed.start('run');
  bed.proxy.once(at, when, () => {
    worker.child.kill('SIGSTOP');
    asleep.resolve();
    return awake.promise;
  });
  let row = bed.initial.find(({ table }) => table === 'agents');
  if (row && write) {
    await bed.until(({ state }) => state === 'VERIFIED', worker);
    row = await bed.change(row, { ...row.item, agent_name: { S: 'late' } });
  }
  await asleep.promise;
  if (row) await bed.change(row, null);
  await bed.mustRun('cutover');
  awake.resolve();
  await bed.proxy.settled();
  worker.child.kill('SIGCONT');
  // One that nothing stops would follow on for ever.
  const { code, err } = await Promise.race([
    worker.exit,
    delay(WAKING_MS, undefined, { ref: false }).then(() => worker.kill()),
  ]);
  return { code, err, wrong: await bed.judge('target'), unaccounted: unaccounted(await bed.status()) };
}

it('a worker that stood still while another took over writes nothing when it goes on', async () => {
  const [tail, copy] = await Promise.all([
    slept('zombie tail', { at: isCall('TransactWriteItems', 'aace-agents-pk'), when: 'before', write: true }),
    slept('zombie copy', { at: isCopyTo('aace-agents-pk'), when: 'after' }),
  ]);
  // Its events, on their way for so long, are refused by the database; its copied rows are not sent again.
  const fenced = { code: 6, err: expect.stringContaining('Another worker has taken over') };
  expect(tail).toEqual({ ...fenced, wrong: undefined, unaccounted: [] });
  expect(copy).toEqual({ ...fenced, wrong: undefined, unaccounted: [] });
}, 240_000);
