import { setTimeout as delay } from 'node:timers/promises';
import type { FaultPlan } from '@agent-engine/fault-bed';
import { isCopyTo } from './bed/calls.ts';
import { unaccounted } from './bed/conservation.ts';
import { controlUnits } from './bed/control-units.ts';
import { MigrationBed } from './bed/migration-bed.ts';

/** What SIGTERM promises, and what a container is given at least. */
const PROMISED_MS = 10_000;

const beds: MigrationBed[] = [];
afterEach(() => Promise.all(beds.splice(0).map((bed) => bed.close())));

/** A worker that is told to stop at its first copied page, after which calls hang as `hangs` says. */
async function stopped(seed: string, hangs: FaultPlan) {
  const bed = await MigrationBed.open({ seed, rows: 120, tables: ['agents', 'threads'], segments: 2 });
  beds.push(bed);
  const told = Promise.withResolvers<number>();
  const worker = bed.start('run');
  bed.proxy.once(isCopyTo('aace-agents-pk'), 'before', () => {
    bed.proxy.plan = hangs;
    worker.child.kill('SIGTERM');
    told.resolve(performance.now());
    return { lateMs: 1 };
  });
  const at = await told.promise;
  // One that waits for ever is ended, and has broken its promise.
  const { code, signal } = await Promise.race([
    worker.exit,
    delay(PROMISED_MS + 5_000, undefined, { ref: false }).then(() => worker.kill()),
  ]);
  const tookMs = performance.now() - at;
  bed.proxy.plan = undefined;
  const held = (await controlUnits(bed)).filter(({ owner }) => owner !== undefined).map(({ item }) => item);
  return { bed, code, signal, tookMs, held };
}

/** Longer than anybody waits. */
const FOR_EVER: ReturnType<FaultPlan> = { kind: 'delay', when: 'after', ms: PROMISED_MS + 2_000 };

it('a worker that is told to stop lets go of its leases in time, also when the database no longer answers', async () => {
  const isPage = isCopyTo('aace-agents-pk');
  const [some, all] = await Promise.all([
    stopped('stop some', (call) => (isPage(call) ? FOR_EVER : undefined)),
    stopped('stop all', () => FOR_EVER),
  ]);
  for (const { code, signal, tookMs } of [some, all]) {
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(tookMs).toBeLessThan(PROMISED_MS);
  }
  expect(some.held).toEqual([]);
  for (const { bed } of [some, all]) {
    await bed.mustRun('run', '--until', 'caught-up');
    expect(await bed.judge('target')).toBeUndefined();
    expect(unaccounted(await bed.status())).toEqual([]);
  }
}, 120_000);
