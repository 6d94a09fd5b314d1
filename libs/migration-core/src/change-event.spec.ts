import { changesOf } from './change-event.ts';
import { coalesce, countEvents } from './coalesce.ts';
import { isEcho } from './echo.ts';
import { forwardMapper } from './forward.mapper.ts';
import type { Item } from './item.ts';
import { keyMapping } from './key-mapping.ts';
import { isTombstone, marks, sameRow, stamped, tombstone } from './marks.ts';
import { legacyAgents, tenantAgents } from './model/shapes.fixture.ts';
import { accepts, collision } from './register.ts';
import { epochOf, version } from './version.ts';

const mapping = keyMapping({
  default: 'same',
  partitions: {
    ep: { endpointId: 'ep', partId: 'ep' },
    'ep#None': { endpointId: 'ep', partId: 'ep' },
  },
});
const mapper = forwardMapper({ from: legacyAgents, to: tenantAgents, mapping });
const row = (value: string, endpointId = 'gpt', id = '1'): Item => ({
  endpoint_id: { S: endpointId },
  agent_version_uuid: { S: id },
  value: { S: value },
});

describe('versions', () => {
  it('order by epoch, then by place in the stream, whatever the length of its numbers', () => {
    const ordered = [
      version(1),
      version(1, '9'),
      version(1, '10'),
      version(1, '9'.repeat(40)),
      version(2),
      version(10),
    ];
    expect(ordered.toSorted()).toEqual(ordered);
    expect(new Set(ordered).size).toBe(ordered.length);
    expect(epochOf(version(12, '5'))).toBe(12);
  });

  it.each([
    [-1, ''],
    [1_000_000, ''],
    [1.5, ''],
    [1, '1'.repeat(41)],
    [1, '1a'],
  ])('refuse epoch %s and number %j', (epoch, sequenceNumber) => {
    expect(() => version(epoch, sequenceNumber)).toThrow(RangeError);
  });

  it('win if newer, over none and over unversioned rows', () => {
    const current = stamped(row('a'), version(1, '5'));
    expect([undefined, row('a'), current].map((item) => accepts(item, version(1, '5')))).toEqual([
      true,
      true,
      false,
    ]);
    expect([version(1, '6'), version(2), version(1, '4')].map((at) => accepts(current, at))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('echoes', () => {
  const old = stamped(row('a'), version(1, '5'));

  it('are what the migration wrote, collected and stripped', () => {
    expect(isEcho({ new: old })).toBe(true);
    expect(isEcho({ old, new: stamped(row('b'), version(1, '6')) })).toBe(true);
    expect(isEcho({ old, new: tombstone(row('a'), version(1, '6')) })).toBe(true);
    expect(isEcho({ old: tombstone(row('a'), version(1, '6')) })).toBe(true);
    expect(isEcho({ old, new: row('a') })).toBe(true);
  });

  it('are not what an application did to a row of ours', () => {
    expect(isEcho({ old, new: { ...old, value: { S: 'b' } } })).toBe(false); // an update keeps our marks
    expect(isEcho({ new: { ...old, agent_version_uuid: { S: '2' } } })).toBe(false); // a copy under another key
    expect(isEcho({ old })).toBe(false);
    expect(isEcho({ old, new: row('b') })).toBe(false);
    const newer = stamped(row('b'), version(1, '6'));
    expect(isEcho({ old: newer, new: old })).toBe(false); // an old copy put back
    const removed = tombstone({ endpoint_id: { S: 'gpt' }, agent_version_uuid: { S: '1' } }, version(1, '6'));
    const { value: _, ...keyOnly } = row('a');
    expect(isEcho({ old: removed, new: keyOnly })).toBe(false); // a row of nothing but its key is a row
  });

  it('do not hide that a row forgot where it came from', () => {
    const source: Item = { [marks.source]: { M: { key: { S: 'ep' } } } };
    expect(isEcho({ old: { ...row('a'), ...source }, new: row('a') })).toBe(false);
  });

  it('take an upsert over a tombstone for the row it is', () => {
    const upserted = { ...tombstone(row('a'), version(1)), name: { S: 'n' } };
    expect(isTombstone(upserted)).toBe(false);
    expect(isEcho({ old: tombstone(row('a'), version(1)), new: upserted })).toBe(false);
    expect(sameRow(tombstone(row('a'), version(1)), undefined)).toBe(true);
  });
});

describe('events', () => {
  const event = (sequenceNumber: string, images: { old?: Item; new?: Item }) => ({
    sequenceNumber,
    ...images,
  });

  it('put the row as it is and bury it where it is gone, without index attributes', () => {
    const changes = changesOf(event('7', { old: { ...row('a'), updated_at: { S: 't' } } }), mapper, 2);
    expect(changes).toMatchObject({ writes: [{ version: version(2, '7') }] });
    const [write] = 'writes' in changes ? changes.writes : [];
    expect(Object.keys(write?.item ?? {}).sort()).toEqual(
      ['_mig_del', '_mig_seq', '_mig_tok', 'agent_version_uuid', 'partition_key'].sort(),
    );
  });

  it('shrink to the newest write of each key, and are all counted', () => {
    const own = stamped(row('x'), version(1, '1'));
    const events = [
      event('1', { new: row('a') }),
      event('2', { old: row('a'), new: row('b') }),
      event('3', { new: row('c', 'gpt', '2') }),
      event('3', { new: row('c', 'gpt', '2') }),
      event('4', { new: own }),
      event('5', { new: row('d', 'no#where') }),
    ];
    const batch = coalesce(events, mapper, 1);
    expect(batch.writes.map(({ sequenceNumber }) => sequenceNumber)).toEqual(['2', '3']);
    expect(batch).toMatchObject({ superseded: 2, echoes: 1, quarantined: [{ event: events[5] }] });
    const [first] = batch.writes;
    expect(countEvents(batch, new Set(first && [first]))).toEqual({
      seen: 5,
      applied: 1,
      superseded: 3,
      quarantined: 1,
    });
  });

  it('keep the newest also where they come in the wrong order', () => {
    const batch = coalesce(
      [event('2', { old: row('a'), new: row('b') }), event('1', { new: row('a') })],
      mapper,
      1,
    );
    expect(batch.writes).toMatchObject([{ sequenceNumber: '2', item: { value: { S: 'b' } } }]);
  });

  it('of two legacy keys never write over each other, nor over the tombstone', () => {
    const events = [event('1', { new: row('a', 'ep') }), event('2', { new: row('b', 'ep#None') })];
    const batch = coalesce(events, mapper, 1);
    expect(batch.writes).toHaveLength(1);
    expect(batch.quarantined).toMatchObject([{ reason: expect.stringContaining('"ep#None"') }]);
    const removed = changesOf(event('3', { old: row('a', 'ep') }), mapper, 1);
    const [grave] = 'writes' in removed ? removed.writes : [];
    const [write] = coalesce([event('4', { new: row('b', 'ep#None') })], mapper, 1).writes;
    expect(collision(grave?.item, write?.item ?? {})).toContain('Map them to different partitions');
    expect(collision(grave?.item, grave?.item ?? {})).toBeUndefined();
  });
});
