import { RowSums, scanUnits, writeUnits } from './cost.ts';
import type { Item, TableShape } from './item.ts';
import { itemBytes, storedBytes, valueBytes } from './item-size.ts';

const shape = (indexes: number): TableShape => ({
  table: 't',
  hash: 'h',
  range: 'r',
  rangeType: 'S',
  indexes: Array.from({ length: indexes }, (_, at) => ({
    name: `i${at}`,
    kind: 'local' as const,
    hash: 'h',
    range: `k${at}`,
    rangeType: 'S' as const,
  })),
});
const row = (keys: string, bytes = 1400): Item => ({
  h: { S: 'h' },
  r: { S: 'r' },
  k0: { S: keys },
  k1: { S: keys },
  k2: { S: keys },
  x: { S: 'x'.repeat(bytes) },
});

describe('cost', () => {
  it.each([
    [0, 2, 2, 2],
    [1, 4, 4, 6],
    [2, 6, 6, 10],
    [3, 8, 8, 14],
  ])(
    'of a row of two units with %i indexes: insert %i, update %i, with other index keys %i',
    (count, insert, update, moved) => {
      const table = shape(count);
      expect(writeUnits(table, row('a'))).toBe(insert);
      expect(writeUnits(table, undefined, row('a'))).toBe(insert);
      expect(writeUnits(table, row('a', 1401), row('a'))).toBe(update);
      expect(writeUnits(table, row('b'), row('a'))).toBe(moved);
    },
  );

  it('counts only indexes the row is in, and the larger of two images', () => {
    const { k0: _, ...sparse } = row('a');
    expect(writeUnits(shape(1), sparse)).toBe(2);
    expect(writeUnits(shape(1), sparse, row('a'))).toBe(4);
    expect(writeUnits(shape(0), row('a', 10), row('a', 5000))).toBe(5);
    expect(storedBytes(sparse, shape(2))).toBe(itemBytes(sparse) * 2 + 100);
  });

  it.each([
    [{ S: 'é' }, 2],
    [{ N: '1' }, 2],
    [{ N: '100' }, 2],
    [{ N: '-123.50' }, 5],
    [{ N: '1.5' }, 3],
    [{ N: '120' }, 3],
    [{ N: '0.001' }, 2],
    [{ N: '1'.repeat(38) }, 20],
    [{ N: '0' }, 1],
    [{ BOOL: true }, 1],
    [{ NULL: true }, 1],
    [{ B: Uint8Array.of(1, 2) }, 2],
    [{ SS: ['a', 'bc'] }, 3],
    [{ L: [{ S: 'a' }, { NULL: true as const }] }, 7],
    [{ M: { k: { S: 'a' } } }, 6],
  ])('counts %j as %i bytes', (value, bytes) => {
    expect(valueBytes(value)).toBe(bytes);
  });

  it('of a table is that of its rows', () => {
    const [small, large] = [row('a', 100), row('a')];
    const moved = { ...large, partition_key: { S: 'tenant#tenant' } };
    const sums = new RowSums();
    expect(sums.add(shape(1), { source: small, target: small })).toBe(2);
    expect(sums.add(shape(1), { source: large, target: moved })).toBe(4);
    expect(sums).toEqual({
      rows: 2,
      bytes: { source: itemBytes(small) + itemBytes(large), target: itemBytes(small) + itemBytes(moved) },
      writeUnits: 6,
    });
  });

  it('of a scan is that of its bytes, and half a unit for each page', () => {
    expect(scanUnits(40_960, 4)).toBe(12);
  });
});
