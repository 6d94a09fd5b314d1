import { attributeValue, type Item, itemOf } from '../world/item.ts';
import { canonical, canonicalItem, canonicalNumber } from './canonical.ts';
import { checkHistory, type HistoryCheck } from './check-history.ts';
import { itemFromJson, itemToJson } from './item-json.ts';
import { legacyTenantMapping as mapping } from '../world/mapping.ts';
import type { LoggedWrite } from './write-log.ts';

describe('canonical form', () => {
  it.each([
    ['1.0', '1'],
    ['1e2', '100'],
    ['-0', '0'],
    ['0.10', '.1'],
    ['-1.50E+3', '-1500'],
    ['00012', '12'],
  ])('%s is %s', (one, other) => expect(canonicalNumber(one)).toBe(canonicalNumber(other)));

  it('tells numbers apart that a double cannot', () => {
    expect(canonicalNumber('12345678901234567890123456789012345678')).not.toBe(
      canonicalNumber('12345678901234567890123456789012345679'),
    );
  });

  it('tells types apart, and not the order of sets and maps', () => {
    const different = [
      { S: '1' },
      { N: '1' },
      { S: '' },
      { NULL: true as const },
      { B: Buffer.from('1') },
      { SS: ['1'] },
      { NS: ['1'] },
      { BS: [Buffer.from('1')] },
      { L: [{ S: '1' }] },
      { BOOL: true },
      { M: {} },
      { L: [] },
    ].map(canonical);
    expect(new Set(different).size).toBe(different.length);
    expect(canonical({ SS: ['a', 'b'] })).toBe(canonical({ SS: ['b', 'a'] }));
    expect(canonicalItem({ a: { S: '' }, b: { N: '1' } })).toBe(
      canonicalItem({ b: { N: '1.0' }, a: { S: '' } }),
    );
    expect(canonicalItem({ a: { S: '' } })).not.toBe(canonicalItem({}));
  });

  it('survives JSON, bytes included', () => {
    const item: Item = {
      b: { B: Buffer.from([0, 255]) },
      u: { B: new Uint8Array([1]) },
      bs: { BS: [Buffer.from('x')] },
      m: { M: { l: { L: [{ B: Buffer.from('y') }, { N: '1' }] } } },
      n: { NULL: true },
    };
    const again = itemFromJson(JSON.parse(JSON.stringify(itemToJson(item))));
    expect(canonicalItem(again)).toBe(canonicalItem(item));
  });
});

describe('history', () => {
  const row = (id: string, v: number | null, extra: Item = {}): Item => ({
    ...itemOf({ endpoint_id: 'gpt', thread_uuid: id, ...(v !== null && { v }) }),
    ...extra,
  });
  const moved = (id: string, v: number, extra: Item = {}): Item => ({
    ...itemOf({ partition_key: 'gpt#gpt', endpoint_id: 'gpt', part_id: 'gpt', thread_uuid: id, v }),
    ...extra,
  });
  const threads = (...items: Item[]) => items.map((item) => ({ table: 'threads', item }));
  let n = 0;
  const write = (id: string, v: number | null, outcome?: 'ack' | 'nack'): LoggedWrite => ({
    writer: 'w',
    n: ++n,
    at: n,
    side: 'source',
    table: 'threads',
    op: 'update',
    key: row(id, null),
    image: v === null ? null : row(id, v),
    outcome,
  });
  const kinds = async (check: Partial<HistoryCheck>) => {
    const { violations } = await checkHistory({
      writes: [],
      initial: [],
      final: [],
      side: 'target',
      mapping,
      ...check,
    });
    return violations.map(({ kind, id }) => `${kind} ${id.split(' | ')[2]}`).sort();
  };

  it('is content with what it explains: last writes, deletions, and writes nobody knows about', async () => {
    const writes = [
      write('a', 1, 'ack'),
      write('a', 2, 'ack'),
      write('b', 1, 'ack'),
      write('b', null, 'ack'),
      write('c', 1, 'ack'),
      write('c', 2),
      write('d', 1),
      write('e', 9, 'nack'),
    ];
    const initial = threads(row('s', 0), row('e', 0));
    const marks = { _mig_seq: { S: '1' } };
    const tombstone = { ...itemOf({ partition_key: 'gpt#gpt', thread_uuid: 'b', _mig_del: true }), ...marks };
    const rest = threads(moved('a', 2, marks), moved('s', 0), moved('e', 0), tombstone);
    for (const c of [1, 2]) {
      expect(await kinds({ writes, initial, final: [...rest, ...threads(moved('c', c))] })).toEqual([]);
    }
    expect(
      await kinds({ writes, initial, final: [...rest, ...threads(moved('c', 2), moved('d', 1))] }),
    ).toEqual([]);
    expect(
      await kinds({
        writes,
        initial,
        final: threads(row('a', 2), row('c', 1), row('s', 0), row('e', 0)),
        side: 'source',
      }),
    ).toEqual([]);
  });

  it('names what it does not explain', async () => {
    const writes = [
      write('lost', 1, 'ack'),
      write('stale', 1, 'ack'),
      write('stale', 2, 'ack'),
      write('risen', 1, 'ack'),
      write('risen', null, 'ack'),
      write('odd', 1, 'ack'),
      write('refused', 1, 'nack'),
    ];
    const final = threads(
      moved('stale', 1),
      moved('risen', 1),
      moved('odd', 3),
      moved('refused', 1),
      moved('never', 1),
      { ...moved('lost', 1), partition_key: { S: 'other#gpt' } },
    );
    expect(await kinds({ writes, initial: threads(row('seeded', 1)), final })).toEqual([
      'foreign odd',
      'ghost lost',
      'ghost never',
      'ghost refused',
      'lost lost',
      'lost seeded',
      'resurrected risen',
      'stale stale',
    ]);
  });

  it('takes a row that kept a tombstone’s mark for what it is', async () => {
    const final = threads(moved('a', 1, { _mig_del: attributeValue(true) }));
    expect(await kinds({ writes: [write('a', 1, 'ack')], final })).toEqual([]);
    expect(await kinds({ writes: [write('a', null, 'ack')], final })).toEqual(['resurrected a']);
  });
});
