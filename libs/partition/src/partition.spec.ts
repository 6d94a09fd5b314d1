import fc from 'fast-check';
import { Partition } from './partition.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', 'b', '#', ' ', '\n', 'é') }),
);

function attempt(endpointId: string, partId: string): Partition | undefined {
  try {
    return Partition.of(endpointId, partId);
  } catch {
    return undefined;
  }
}

describe('Partition', () => {
  it('joins endpoint and part once', () => {
    const partition = Partition.of('gpt', 'acme');
    expect(partition.key).toBe('gpt#acme');
    expect(partition).toMatchObject({ endpointId: 'gpt', partId: 'acme' });
    expect(Object.isFrozen(partition)).toBe(true);
  });

  it('takes the endpoint as part for callers from before partitions', () => {
    expect(Partition.of('gpt').key).toBe('gpt#gpt');
  });

  it('never gives two different pairs one key', () => {
    fc.assert(
      fc.property(text, text, text, text, (a, b, c, d) => {
        const one = attempt(a, b);
        const other = attempt(c, d);
        fc.pre(one !== undefined && other !== undefined);
        expect(one.key === other.key).toBe(a === c && b === d);
      }),
      { numRuns: 5000 },
    );
  });

  it('refuses the pairs that a join alone would confuse', () => {
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(attempt(`${a}#${b}`, c)).toBeUndefined();
        expect(attempt(a, `${b}#${c}`)).toBeUndefined();
      }),
    );
  });

  it.each([
    ['', 'must not be empty'],
    [' acme', 'must not begin or end with a blank'],
    ['acme\u00a0', 'must not begin or end with a blank'],
    ['a#b', "must not contain '#'"],
    ['a\u0000b', 'must not contain control characters'],
    ['a\u0085b', 'must not contain control characters'],
    ['a\ud800b', 'must be well-formed Unicode'],
    ['x'.repeat(2046), 'at most 2048 fit'],
  ])('refuses %j and says why', (partId, why) => {
    expect(() => Partition.of('gpt', partId)).toThrow(
      expect.objectContaining({ code: 'partition.invalid', message: expect.stringContaining(why) as string }),
    );
  });

  it('accepts a key of exactly 2048 bytes', () => {
    expect(Partition.of('gpt', 'é'.repeat(1022)).key).toHaveLength(4 + 1022);
  });
});
