import { type FaultKind, seededPlan } from '@agent-engine/fault-bed';
import { isCall, isCopyTo } from './bed/calls.ts';
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

    // One of them is read and sent, and arrives only when a newer change of it is there already.
    const held = Promise.withResolvers<string>();
    const arrives = Promise.withResolvers<void>();
    bed.proxy.once(isCall('TransactWriteItems', 'aace-agents-pk'), 'before', ({ request }) => {
      held.resolve(JSON.stringify(request));
      return arrives.promise;
    });
    const retrying = bed.start('quarantine', 'retry');
    const sent = await held.promise;
    const row = bed.initial.find(({ item }) => sent.includes(item.agent_version_uuid?.S ?? 'none'));
    if (!row) throw new Error('It was no agent.');
    await bed.change(row, { ...row.item, agent_name: { S: 'newer' } });
    await bed.run('run', '--until', 'caught-up');
    arrives.resolve();
    await bed.mustEnd('quarantine retry', retrying.exit);
    await bed.proxy.settled();
    await bed.mustRun('run', '--until', 'caught-up');
    expect(await bed.judge('target')).toBeUndefined();
  }, 180_000);

  it('that will never take a row has it kept apart and all others copied; waived, nobody asks for it any more', async () => {
    bed = await MigrationBed.open({ seed: 'never', rows: 60, tables: ['agents', 'threads'] });
    const row = bed.initial.findLast(({ table }) => table === 'agents')?.item.agent_version_uuid?.S ?? '';
    bed.proxy.plan = (call) =>
      isCopyTo('aace-agents-pk')(call) && JSON.stringify(call.request).includes(row)
        ? { kind: 'invalid' }
        : undefined;
    expect(await bed.run('run', '--until', 'caught-up')).toMatchObject({ code: 4 });
    const { quarantine, tables } = await bed.status();
    expect(quarantine).toBe(1);
    expect(tables.agents).toMatchObject({ quarantined: 1, inserted: (tables.agents?.scanned ?? 0) - 1 });
    const { entries } = JSON.parse((await bed.ask('quarantine', 'list', '--json')).out);
    expect(entries).toMatchObject([
      { key: { agent_version_uuid: row }, reason: expect.stringContaining('Item size has exceeded') },
    ]);
    expect(await bed.ask('quarantine', 'waive', entries[0].id)).toMatchObject({ code: 0 });
    await bed.mustRun('run', '--until', 'caught-up');
    expect(unaccounted(await bed.status())).toEqual([]);
  }, 180_000);
});
