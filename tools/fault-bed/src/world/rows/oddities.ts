import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Random } from '../../random.ts';
import type { Item } from '../item.ts';

/** Attributes no engine of today knows, with values that a careless copy changes. */
const oddities: readonly ((random: Random) => Item)[] = [
  (random) => ({ x_checksum: { B: Buffer.from(random.hex(32), 'hex') }, x_nothing: { B: Buffer.alloc(0) } }),
  () => ({ x_labels: { SS: ['zebra', 'apple', 'Ähre'] }, x_sizes: { NS: ['3', '1.50', '-2'] } }),
  () => ({ x_blobs: { BS: [Buffer.from([0, 255]), Buffer.from([1])] } }),
  (random) => ({ x_precise: { N: `${random.int(1, 10)}${random.digits(36)}7` } }),
  () => ({ x_tiny: { N: '-1.0000000000000000000000000000000000001E-100' }, x_huge: { N: '9.9E+125' } }),
  () => ({ x_rounded: { N: '1.0' }, x_zero: { N: '-0' }, x_hundred: { N: '1e2' } }),
  () => ({ x_empty: { S: '' }, x_null: { NULL: true }, x_no: { BOOL: false } }),
  () => ({ x_deep: { L: [{ M: { camelCase: { L: [{ M: {} }, { L: [] }, { S: '' }, { N: '0.10' }] } } }] } }),
  // Names that want quoting or escaping in one expression language or another.
  () => ({
    "it's": { S: "it's" },
    'a.b[0]': { S: 'dots' },
    '#x': { S: ':y' },
    'päth "q"': { N: '1' },
    size: { N: '2' },
  }),
  // Looks like JSON, dates and numbers, but is text.
  () => ({
    x_text: { S: '{"a":1}' },
    x_date: { S: '2025-01-01T00:00:00.000000+0000' },
    x_digits: { S: '007' },
  }),
  (random) => ({ x_large: { S: random.hex(2_000).repeat(random.int(2, 24)) } }),
];

export function oddity(random: Random): Record<string, AttributeValue> {
  return random.pick(oddities)(random);
}
