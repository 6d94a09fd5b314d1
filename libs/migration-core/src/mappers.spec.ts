import fc from 'fast-check';
import { backfillOf, partitionOf } from './backfill.ts';
import { forwardMapper } from './forward.mapper.ts';
import type { Item } from './item.ts';
import { keyMapping } from './key-mapping.ts';
import { sameRow, stamped, withoutMarks } from './marks.ts';
import { unknownAttributes } from './model/item.fixture.ts';
import { legacyAgents, tenantAgents } from './model/shapes.fixture.ts';
import { reverseMapper } from './reverse.mapper.ts';
import { version } from './version.ts';

const mapping = keyMapping({
  default: 'same',
  partitions: {
    'acme-prod': { endpointId: 'aws', partId: 'acme' },
    'ep#None': { endpointId: 'ep', partId: 'ep' },
    ep: { endpointId: 'ep', partId: 'ep' },
  },
});
const forward = forwardMapper({ from: legacyAgents, to: tenantAgents, mapping });
const reverse = reverseMapper({ from: tenantAgents, to: legacyAgents, mapping });

const legacy = (endpointId: string, rest: Item = {}): Item => ({
  endpoint_id: { S: endpointId },
  agent_version_uuid: { S: '1' },
  ...rest,
});

function there(image: Item): Item {
  const mapped = forward.map(image);
  if ('refused' in mapped) throw new Error(mapped.refused);
  return mapped.item;
}
function back(image: Item): Item {
  const mapped = reverse.map(image);
  if ('refused' in mapped) throw new Error(mapped.refused);
  return mapped.item;
}

const legacyRow = fc
  .tuple(
    fc.constantFrom('acme-prod', 'ep', 'ep#None', 'gpt', 'other'),
    unknownAttributes,
    fc.record(
      {
        part_id: fc.constant({ S: 'old' }),
        partition_key: fc.constantFrom({ NULL: true as const }, { S: 'ep#x' }),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([endpointId, rest, stamps]) => ({ ...legacy(endpointId), ...rest, ...stamps }));

describe('mapping a row', () => {
  it('there and back gives the row as it was, stamped or not, and loses nothing', () => {
    fc.assert(
      fc.property(legacyRow, (row) => {
        const mapped = there(row);
        expect(back(mapped)).toEqual(row);
        expect(back(stamped(mapped, version(1, '5')))).toEqual(row);
        expect(reverse.lossReason(mapped)).toBeUndefined();
      }),
    );
  });

  it('never gives rows of different legacy keys one place without saying where they are from', () => {
    const [one, other] = [there(legacy('ep')), there(legacy('ep#None'))];
    expect(one._mig_src).not.toEqual(other._mig_src);
    expect(forward.keyOf(legacy('ep'))).toEqual({
      key: { partition_key: { S: 'ep#ep' }, agent_version_uuid: { S: '1' } },
      source: { _mig_src: { M: { key: { S: 'ep' } } } },
    });
    expect(there(legacy('gpt'))).not.toHaveProperty('_mig_src');
  });

  it('leaves all other attributes as they are, and marks of the source side behind', () => {
    const extra: Item = { n: { N: '1.10' }, s: { NS: ['2', '1.0'] }, b: { B: Uint8Array.of(0, 255) } };
    const item = there(stamped(legacy('acme-prod', extra), version(3)));
    expect(item).toEqual({
      ...extra,
      partition_key: { S: 'aws#acme' },
      endpoint_id: { S: 'aws' },
      part_id: { S: 'acme' },
      agent_version_uuid: { S: '1' },
    });
  });

  it.each([
    [
      'an index key of another type',
      { updated_at: { NULL: true } },
      'updated_at is of type NULL, and must be S',
    ],
    ['an empty index key', { agent_uuid: { S: '' } }, 'agent_uuid is empty'],
    [
      'a range key that is too long',
      { agent_version_uuid: { S: 'x'.repeat(1025) } },
      '1025 bytes; at most 1024',
    ],
    ['an unlisted key with a #', { endpoint_id: { S: 'ep#part' } }, "must not contain '#'"],
    [
      'a row that does not fit with its indexes',
      { updated_at: { S: 't' }, x: { S: 'x'.repeat(205_000) } },
      'local indexes',
    ],
  ] as const)('refuses %s', (_name, attributes, reason) => {
    expect(forward.map(legacy('gpt', attributes as unknown as Item))).toEqual({
      refused: expect.stringContaining(reason),
    });
  });

  it('counts only indexes that the row is in', () => {
    expect(forward.map(legacy('gpt', { x: { S: 'x'.repeat(205_000) } }))).toHaveProperty('item');
  });

  it('says beforehand what going back would lose', () => {
    const row = (partitionKey: string, rest: Item = {}) => ({
      partition_key: { S: partitionKey },
      agent_version_uuid: { S: '1' },
      ...rest,
    });
    expect(reverse.lossReason(row('gpt#acme'))).toContain('no legacy key');
    expect(reverse.keyOf(row('gpt#acme'))).toMatchObject({ key: { endpoint_id: { S: 'gpt' } } });
    expect(reverse.lossReason(row('gpt#gpt'))).toBeUndefined();
    // Listed for another key, so nothing maps to it by the rule.
    expect(reverse.lossReason(row('acme-prod#acme-prod'))).toContain('no legacy key');
    expect(reverse.lossReason(row('gpt#gpt', { x: { S: 'x'.repeat(409_600) } }))).toContain('bytes');
    // Rows made after the cutover belong to no legacy key yet: to the first of the list.
    expect(reverse.keyOf(row('ep#ep'))).toMatchObject({ key: { endpoint_id: { S: 'ep#None' } } });
    // A forged origin is not followed out of the partition.
    expect(reverse.keyOf(row('ep#ep', { _mig_src: { M: { key: { S: 'gpt' } } } }))).toMatchObject({
      key: { endpoint_id: { S: 'ep#None' } },
    });
  });

  it('agrees with itself about keys', () => {
    fc.assert(
      fc.property(legacyRow, (row) => {
        expect(forward.keyOf(row)).toMatchObject({ key: (forward.map(row) as { key: Item }).key });
        const item = there(row);
        expect(reverse.keyOf(item)).toEqual({ key: (reverse.map(item) as { key: Item }).key });
        expect(sameRow(there(back(item)), item)).toBe(true);
        expect(withoutMarks(item)).toEqual(withoutMarks(there(back(item))));
      }),
    );
  });
});

describe('backfilling a row in place', () => {
  const settledRow: Item = {
    partition_key: { S: 'gpt#acme' },
    endpoint_id: { S: 'gpt' },
    part_id: { S: 'acme' },
  };

  it('derives from the row, keeps the endpoint it is found by, and is done when done', () => {
    const row: Item = { endpoint_id: { S: 'acme-prod' } };
    const first = backfillOf({ rule: 'row', row, mapping });
    expect(first).toMatchObject({ set: { partition_key: { S: 'aws#acme' }, part_id: { S: 'acme' } } });
    const set = 'set' in first ? first.set : {};
    expect(set).not.toHaveProperty('endpoint_id');
    expect(backfillOf({ rule: 'row', row: { ...row, ...set }, mapping })).toMatchObject({ set: {} });
  });

  it('derives children from their owner on either side, and refuses orphans', () => {
    const row: Item = { thread_uuid: { S: 't' } };
    const stamps = { partition_key: { S: 'aws#acme' }, endpoint_id: { S: 'aws' }, part_id: { S: 'acme' } };
    expect(backfillOf({ rule: 'owner', row, owner: legacy('acme-prod'), mapping })).toMatchObject({
      set: stamps,
    });
    expect(backfillOf({ rule: 'owner', row, owner: there(legacy('acme-prod')), mapping })).toMatchObject({
      set: stamps,
    });
    expect(backfillOf({ rule: 'owner', row, mapping })).toEqual({ refused: expect.stringContaining('owns') });
  });

  it('refuses a row whose owner says otherwise', () => {
    const row: Item = { endpoint_id: { S: 'gpt' } };
    expect(backfillOf({ rule: 'checked', row, owner: legacy('gpt'), mapping })).toHaveProperty('set');
    expect(backfillOf({ rule: 'checked', row, mapping })).toHaveProperty('set');
    expect(backfillOf({ rule: 'checked', row, owner: legacy('acme-prod'), mapping })).toEqual({
      refused: 'Its own partition is gpt#gpt, that of its owner aws#acme.',
    });
  });

  it.each([
    ['real partitions stay', settledRow, 'gpt#acme'],
    ['listed ones are what the list says', { partition_key: { S: 'ep#None' } }, 'ep#ep'],
    ['NULL is none', { partition_key: { NULL: true }, endpoint_id: { S: 'gpt' } }, 'gpt#gpt'],
  ])('reads the partition a row has: %s', (_name, row, key) => {
    expect(partitionOf(row, mapping)).toMatchObject({ partition: { key } });
  });

  it.each([
    ['an unlisted part None', { partition_key: { S: 'gpt#None' } }],
    ['two separators', { partition_key: { S: 'a#b#c' } }],
    ['no tenant at all', { run_uuid: { S: '1' } }],
  ])('refuses %s', (_name, row) => {
    expect(partitionOf(row as Item, mapping)).toHaveProperty('refused');
  });
});
