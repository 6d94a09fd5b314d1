import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import type { Item } from '../item.ts';

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 38 });

/** Numbers as DynamoDB takes them: up to 38 digits, most of them more than JavaScript keeps. */
export const numberText: fc.Arbitrary<string> = fc
  .tuple(fc.boolean(), digits, fc.nat({ max: 38 }))
  .map(([minus, text, point]) => {
    const [whole, fraction] = [text.slice(0, point), text.slice(point)];
    return `${minus ? '-' : ''}${whole || '0'}${fraction ? `.${fraction}` : ''}`;
  });

const text = fc.string({ unit: 'binary', maxLength: 8 });
const set = <T>(values: fc.Arbitrary<T>) => fc.uniqueArray(values, { minLength: 1, maxLength: 4 });
const bytes = fc.uint8Array({ maxLength: 6 });

const { value } = fc.letrec<{ value: AttributeValue; item: Item }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ S: text }),
    fc.record({ N: numberText }),
    fc.record({ BOOL: fc.boolean() }),
    fc.record({ NULL: fc.constant(true) }),
    fc.record({ B: bytes }),
    fc.record({ SS: set(text) }),
    fc.record({ NS: set(fc.integer().map(String)) }),
    fc.record({ BS: set(fc.nat({ max: 255 })).map((all) => all.map((byte) => Uint8Array.of(byte))) }),
    fc.record({ L: fc.array(tie('value'), { maxLength: 3 }) }),
    fc.record({ M: tie('item') }),
  ),
  item: fc.dictionary(text, tie('value'), { maxKeys: 3 }),
}));

export const attributeValue: fc.Arbitrary<AttributeValue> = value;

/** Attributes that no code knows. */
export const unknownAttributes: fc.Arbitrary<Item> = fc.dictionary(
  fc.string({ maxLength: 8 }).map((name) => `x_${name}`),
  value,
  { maxKeys: 4 },
);
