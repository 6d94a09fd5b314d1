import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { canonicalNumber } from './canonical-number.ts';
import { canonicalItem, canonicalValue } from './canonical-value.ts';
import { attributeValue, numberText } from './model/item.fixture.ts';

describe('canonical form', () => {
  it.each([
    ['1.0', '1'],
    ['1e2', '100'],
    ['1E+2', '100'],
    ['-0', '0'],
    ['0.00', '0'],
    ['+007.50', '75e-1'],
    ['.5', '5e-1'],
    ['-12300', '-12300'],
    ['9'.repeat(38), '9'.repeat(38)],
    [`${'9'.repeat(38)}e87`, `${'9'.repeat(38)}e87`],
    ['1e-130', '1e-130'],
  ])('writes the number %s as %s', (text, canonical) => {
    expect(canonicalNumber(text)).toBe(canonical);
  });

  it.each(['', '-', '.', '1e', 'NaN', '0x10', '1_000', ' 1'])('refuses %j as a number', (text) => {
    expect(() => canonicalNumber(text)).toThrow(TypeError);
  });

  it('is one for all spellings of a number, and another for every other number', () => {
    fc.assert(
      fc.property(numberText, fc.nat({ max: 20 }), (text, zeros) => {
        const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)\.?(\d*)$/.exec(text) ?? [];
        const [digits, scale] = [whole + fraction, fraction.length];
        const canonical = canonicalNumber(text);
        expect(canonicalNumber(`${sign}00${whole}.${fraction}${'0'.repeat(zeros)}`)).toBe(canonical);
        expect(canonicalNumber(`${sign}${digits}${'0'.repeat(zeros)}E${-scale - zeros}`)).toBe(canonical);
        expect(canonicalNumber(`${sign}.${'0'.repeat(zeros)}${digits}e+${digits.length + zeros}`)).toBe(
          canonicalNumber(`${sign}${digits}`),
        );
        // Another last digit is another number, also where JavaScript could not tell.
        expect(canonicalNumber(`${sign}${whole}.${fraction}1`)).not.toBe(canonical);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps apart what DynamoDB keeps apart', () => {
    const different: AttributeValue[] = [
      { S: '' },
      { NULL: true },
      { S: '1' },
      { N: '1' },
      { N: '1.0000000000000000000000000000000000001' },
      { BOOL: true },
      { BOOL: false },
      { B: Buffer.from('1') },
      { SS: ['1'] },
      { NS: ['1'] },
      { BS: [Buffer.from('1')] },
      { L: [{ S: '1' }] },
      { L: [] },
      { M: {} },
      { L: [{ S: 'a' }, { S: 'b' }] },
      { L: [{ S: 'b' }, { S: 'a' }] },
      { L: [{ S: 'a,b' }] },
      { S: 'é' },
      { S: 'e\u0301' },
    ];
    expect(new Set(different.map(canonicalValue)).size).toBe(different.length);
    expect(canonicalItem({ a: { S: '' } })).not.toBe(canonicalItem({}));
  });

  it('does not depend on the order of sets and keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), attributeValue), (item) => {
        const turned = Object.fromEntries(
          Object.entries(item)
            .reverse()
            .map(([name, value]) => [name, turn(value)]),
        );
        expect(canonicalItem(turned)).toBe(canonicalItem(item));
      }),
    );
  });

  it('refuses a type it does not know', () => {
    expect(() => canonicalValue({ $unknown: ['X', 1] } as never)).toThrow('Not a DynamoDB attribute value');
  });
});

function turn(value: AttributeValue): AttributeValue {
  if (value.SS) return { SS: value.SS.toReversed() };
  if (value.NS) return { NS: value.NS.map((text) => `${text}.0`).reverse() };
  if (value.BS) return { BS: value.BS.toReversed() };
  if (value.L) return { L: value.L.map(turn) };
  if (value.M)
    return {
      M: Object.fromEntries(
        Object.entries(value.M)
          .reverse()
          .map(([name, inner]) => [name, turn(inner)]),
      ),
    };
  return value;
}
