import fc from 'fast-check';
import { keyMapping } from './key-mapping.ts';

const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '#', ' ', '-'), maxLength: 6 });

describe('key mapping', () => {
  const listed = {
    'acme-corp-prod': { endpointId: 'aws-prod', partId: 'acme-corp' },
    'ep#None': { endpointId: 'ep', partId: 'ep' },
  };

  it('takes listed keys as listed, also those no rule would take', () => {
    const map = keyMapping({ default: 'refuse', partitions: listed });
    expect(map('acme-corp-prod')).toMatchObject({ partition: { key: 'aws-prod#acme-corp' } });
    expect(map('ep#None')).toMatchObject({ partition: { key: 'ep#ep' } });
  });

  it('takes unlisted keys by the rule, and says why not', () => {
    const same = keyMapping({ default: 'same', partitions: {} });
    expect(same('gpt')).toMatchObject({ partition: { endpointId: 'gpt', partId: 'gpt' } });
    expect(same('gpt#acme')).toEqual({ refused: expect.stringContaining("must not contain '#'") });
    expect(keyMapping({ default: 'refuse', partitions: {} })('gpt')).toEqual({
      refused: expect.stringContaining('not listed'),
    });
  });

  it('puts two keys on one partition only if both are listed', () => {
    const partitions = { old: { endpointId: 'gpt', partId: 'gpt' } };
    expect(keyMapping({ default: 'same', partitions })('gpt')).toEqual({
      refused: expect.stringContaining('"old"'),
    });
    const both = keyMapping({
      default: 'same',
      partitions: { ...partitions, gpt: { endpointId: 'gpt', partId: 'gpt' } },
    });
    expect([both('old'), both('gpt')]).toMatchObject([
      { partition: { key: 'gpt#gpt' } },
      { partition: { key: 'gpt#gpt' } },
    ]);
  });

  it('is total and pure, and never puts different unlisted keys on one partition', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          name,
          fc.record({ endpointId: fc.constantFrom('a', 'b'), partId: fc.constantFrom('a', 'b') }),
          { maxKeys: 3 },
        ),
        name,
        name,
        (partitions, one, other) => {
          const map = keyMapping({ default: 'same', partitions });
          const [first, second] = [map(one), map(other)];
          expect(map(one)).toEqual(first);
          fc.pre(one !== other && !(Object.hasOwn(partitions, one) && Object.hasOwn(partitions, other)));
          if ('partition' in first && 'partition' in second)
            expect(first.partition.key).not.toBe(second.partition.key);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
