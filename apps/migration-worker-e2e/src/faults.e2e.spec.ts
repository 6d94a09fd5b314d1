import { type FaultKind, seededPlan } from '@agent-engine/fault-bed';
import { isCopyTo } from './bed/calls.ts';
import { unaccounted } from './bed/conservation.ts';
import { MigrationBed } from './bed/migration-bed.ts';
import { smallWorld } from './bed/small-world.ts';

let bed: MigrationBed;
afterEach(() => bed.close());

const KINDS: readonly FaultKind[] = [
  'conflict',
  'cut',
  'delay',
  'drop',
  'duplicate',
  'expiredIterator',
  'serverError',
  'throttle',
];

describe('a database that fails', () => {
  it('in three of ten calls costs time and nothing else', async () => {
    bed = await MigrationBed.open({ ...smallWorld, seed: 'faults', rows: 120 });
    const writers = await bed.startWriters('source', { rate: 20 });
    bed.proxy.plan = seededPlan({ seed: 'faults', rate: 0.3, upToMs: 30 });
    await bed.mustRun('run', '--until', 'caught-up');
    await writers.stop();
    await bed.mustRun('cutover');
    await bed.proxy.settled();
    bed.proxy.plan = undefined;
    expect(await bed.judge('target')).toBeUndefined();
    expect(unaccounted(await bed.status())).toEqual([]);
    expect(Object.keys(bed.proxy.log.faults).sort()).toEqual(KINDS);
  }, 300_000);

  it('whose collections are full has the rows kept apart, and takes them when there is room', async () => {
    bed = await MigrationBed.open({ seed: 'full', rows: 60, tables: ['agents', 'threads'] });
    let refused = 0;
    bed.proxy.plan = (call) =>
      isCopyTo('aace-agents-pk')(call) && refused++ < 1 ? { kind: 'collectionFull' } : undefined;
    // They are missing over there, and verification says so.
    expect(await bed.run('run', '--until', 'caught-up')).toMatchObject({ code: 4 });
    const { quarantine, tables } = await bed.status();
    expect(quarantine).toBeGreaterThan(0);
    expect(tables.agents?.quarantined).toBe(quarantine);
    await bed.mustRun('quarantine', 'retry');
    await bed.mustRun('run', '--until', 'caught-up');
    expect(await bed.judge('target')).toBeUndefined();
  }, 180_000);
});
