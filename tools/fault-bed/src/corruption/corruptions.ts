import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Random } from '../random.ts';
import type { Item } from '../world/item.ts';
import { worldTable } from '../world/world-tables.ts';

interface Corruption {
  expected: 'missing' | 'extra' | 'different';
  /** The row after it; null: no row. Undefined: this row gives no occasion. */
  damage: (item: Item, table: string, random: Random) => Item | null | undefined;
}

export const corruptions = {
  missing: { expected: 'missing', damage: () => null },
  /** A row under a key that the source does not have. */
  extra: {
    expected: 'extra',
    damage: (item, table, random) => {
      const { [worldTable(table).range]: _range, ...rest } = withoutMarks(item);
      return { ...rest, [worldTable(table).range]: { S: `ghost-${random.hex(12)}` } };
    },
  },
  /** One more character in a text. */
  value: {
    expected: 'different',
    damage: change((value) => (value.S ? { S: `${value.S}\u200b` } : undefined)),
  },
  /** A number as text, or a text of digits as a number. */
  type: {
    expected: 'different',
    damage: change((value) => {
      if (value.N !== undefined) return { S: value.N };
      return value.S !== undefined && /^[1-9]\d{0,30}$/.test(value.S) ? { N: value.S } : undefined;
    }),
  },
  /** A difference that no double shows. */
  precision: {
    expected: 'different',
    damage: change((value) =>
      value.N && /^-?[1-9]\d{0,5}$/.test(value.N) ? { N: `${value.N}.0000000000000000000001` } : undefined,
    ),
  },
  /** The empty string where the source has nothing. */
  emptyForAbsent: {
    expected: 'different',
    damage: (item, _table, random) => ({ ...item, [`x_was_absent_${random.int(0, 9)}`]: { S: '' } }),
  },
  /** Nothing where the source has the empty string. */
  absentForEmpty: {
    expected: 'different',
    damage: (item, table) => {
      const empty = changeable(item, table).find(([, value]) => value.S === '');
      return empty && without(item, empty[0]);
    },
  },
  nullForAbsent: { expected: 'different', damage: (item) => ({ ...item, x_was_absent: { NULL: true } }) },
  /** A list with the members of a set. */
  listForSet: {
    expected: 'different',
    damage: change((value) => value.SS && { L: value.SS.map((text) => ({ S: text })) }),
  },
  /** Deep inside, where a comparison may not look. */
  nested: {
    expected: 'different',
    damage: change((value) => value.M && { M: { ...value.M, x_planted: { BOOL: true } } }),
  },
  /** Another tenant's stamp under the right key. */
  stamp: { expected: 'different', damage: (item) => ({ ...item, part_id: { S: 'somebody-else' } }) },
  /** A deletion that never was. */
  ghostTombstone: {
    expected: 'missing',
    damage: (item, table) => {
      const { partition_key, [worldTable(table).range]: range } = item;
      if (!partition_key || !range) return undefined;
      return {
        partition_key,
        [worldTable(table).range]: range,
        _mig_seq: item._mig_seq ?? { S: `1:${'0'.repeat(40)}` },
        _mig_del: { BOOL: true },
      };
    },
  },
} satisfies Record<string, Corruption>;

export type CorruptionKind = keyof typeof corruptions;

/** Attributes that are neither keys of anything nor stamps nor marks: any value is possible there. */
function changeable(item: Item, table: string): [string, AttributeValue][] {
  const { range, definition } = worldTable(table);
  const keys = new Set([range, 'partition_key', 'endpoint_id', 'part_id']);
  for (const index of Object.values(definition.indexes)) {
    keys.add(index.range.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  }
  return Object.entries(item).filter(([name]) => !keys.has(name) && !name.startsWith('_mig_'));
}

/** Changes the first attribute that can be changed so. */
function change(to: (value: AttributeValue) => AttributeValue | undefined): Corruption['damage'] {
  return (item, table) => {
    for (const [name, value] of changeable(item, table)) {
      const changed = to(value);
      if (changed) return { ...item, [name]: changed };
    }
    return undefined;
  };
}

const without = (item: Item, name: string): Item =>
  Object.fromEntries(Object.entries(item).filter(([other]) => other !== name));

const withoutMarks = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !name.startsWith('_mig_')));
