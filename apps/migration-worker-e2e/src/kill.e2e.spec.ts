import { type Call, killStorm } from '@agent-engine/fault-bed';
import { isCall, isCopyTo } from './bed/calls.ts';
import { unaccounted } from './bed/conservation.ts';
import { MigrationBed } from './bed/migration-bed.ts';
import { smallWorld } from './bed/small-world.ts';

let bed: MigrationBed;
afterEach(() => bed.close());

const RUN = ['run', '--until', 'caught-up'] as const;

/** A call of every kind that a run is made of, in the order in which the first of each comes. */
const DEATHS: readonly [what: string, (call: Call) => boolean, when: 'before' | 'after'][] = [
  ['the control table', isCall('CreateTable'), 'after'],
  ['streams', isCall('UpdateTable'), 'after'],
  ['a page of copied rows', isCopyTo('aace-agents-pk'), 'before'],
  ['a page of copied rows', isCopyTo('aace-agents-pk'), 'after'],
  ['a stamp', isCall('UpdateItem', 'aace-messages'), 'after'],
  ['events', isCall('TransactWriteItems', 'aace-agents-pk'), 'before'],
  ['events', isCall('TransactWriteItems', 'aace-wizards-pk'), 'after'],
];

describe('a run that is killed', () => {
  it('at each kind of call, and then at any, is finished by the same command', async () => {
    bed = await MigrationBed.open({ ...smallWorld, seed: 'kills' });
    const writers = await bed.startWriters('source', { rate: 40 });
    for (const [what, matches, when] of DEATHS) {
      const { signal, err } = await bed.killAt(RUN, matches, when);
      expect([what, signal, err]).toEqual([what, 'SIGKILL', expect.anything()]);
    }
    const { proxy } = bed;
    const died = await killStorm({ proxy, command: bed.command(...RUN), seed: 'kills' }, 5, 250);
    expect(died.length).toBeGreaterThan(1);
    await writers.stop();
    await bed.proxy.settled();
    await bed.mustRun('cutover');
    expect(await bed.judge('target')).toBeUndefined();
    const status = await bed.status();
    expect(unaccounted(status)).toEqual([]);
    // Scanned counts what is behind the cursors: no row twice, however often a page was begun.
    expect(status.tables.agents?.scanned).toBeLessThanOrEqual(
      writers.stats.acknowledged + bed.initial.length,
    );
  }, 240_000);
});
