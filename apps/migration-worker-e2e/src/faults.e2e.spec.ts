import { type FaultKind, seededPlan } from '@agent-engine/fault-bed';
import { unaccounted } from './bed/conservation.ts';
import { MigrationBed } from './bed/migration-bed.ts';
import { smallWorld } from './bed/small-world.ts';

let bed: MigrationBed;
afterEach(() => bed.close());

const KINDS: readonly FaultKind[] = [
  'drop',
  'cut',
  'delay',
  'duplicate',
  'throttle',
  'conflict',
  'serverError',
  'expiredIterator',
];

describe('a database that fails', () => {
  it('in three of ten calls costs time and nothing else', async () => {
    bed = await MigrationBed.open({ ...smallWorld, seed: 'faults' });
    const writers = await bed.startWriters('source', { rate: 40 });
    bed.proxy.plan = seededPlan({ seed: 'faults', rate: 0.3, upToMs: 30 });
    await bed.mustRun('run', '--until', 'caught-up');
    await writers.stop();
    await bed.mustRun('cutover');
    await bed.proxy.settled();
    bed.proxy.plan = undefined;
    expect(await bed.judge('target')).toBeUndefined();
    expect(unaccounted(await bed.status())).toEqual([]);
    expect(Object.keys(bed.proxy.log.faults).sort()).toEqual([...KINDS].sort());
  }, 300_000);

  it('that can take only so much is asked for so much, and gets everything in the end', async () => {
    bed = await MigrationBed.open({
      ...smallWorld,
      seed: 'capacity',
      proxy: { capacity: { write: 60, burstSeconds: 2 } },
    });
    await bed.mustRun('run', '--until', 'caught-up');
    expect(await bed.judge('target')).toBeUndefined();
    expect(bed.proxy.capacity?.refused).toBeGreaterThan(0);
    expect(unaccounted(await bed.status())).toEqual([]);
  }, 180_000);

  it('whose collections are full keeps its rows in quarantine, and gives them back when there is room', async () => {
    bed = await MigrationBed.open({ ...smallWorld, seed: 'full' });
    let refused = 0;
    bed.proxy.plan = ({ operation, tables }) =>
      operation === 'BatchExecuteStatement' && tables.includes('aace-agents-pk') && refused++ < 1
        ? { kind: 'collectionFull' }
        : undefined;
    await bed.run('run', '--until', 'caught-up');
    const { quarantine, tables } = await bed.status();
    expect(quarantine).toBeGreaterThan(0);
    expect(tables.agents?.quarantined).toBe(quarantine);
    await bed.mustRun('quarantine', 'retry');
    await bed.mustRun('run', '--until', 'caught-up');
    expect(await bed.judge('target')).toBeUndefined();
  }, 180_000);
});
