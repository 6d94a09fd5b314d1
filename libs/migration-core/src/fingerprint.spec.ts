import fc from 'fast-check';
import { Fingerprint } from './fingerprint.ts';
import type { Item } from './item.ts';
import { stamped, tombstone } from './marks.ts';
import { attributeValue } from './model/item.fixture.ts';
import { canonicalItem } from './canonical-value.ts';
import { version } from './version.ts';

const keyOf = (id: string): Item => ({ partition_key: { S: 'a#a' }, id: { S: id } });
const rows = fc.uniqueArray(fc.record({ id: fc.string(), value: attributeValue }), {
  selector: ({ id }) => id,
  minLength: 1,
  maxLength: 30,
});
const of = (all: readonly { id: string; value: Item[string] }[]) => {
  const fingerprint = new Fingerprint();
  for (const { id, value } of all) fingerprint.add(keyOf(id), { ...keyOf(id), value });
  return fingerprint;
};

describe('fingerprint', () => {
  it('is the same in any order, in parts, and after a trip through bytes', () => {
    fc.assert(
      fc.property(rows, fc.nat(), (all, cut) => {
        const whole = of(all);
        expect(whole.unequalBuckets(of(all.toReversed()))).toEqual([]);
        const merged = of(all.slice(0, cut % all.length));
        merged.merge(Fingerprint.fromBytes(of(all.slice(cut % all.length)).toBytes()));
        expect(merged.unequalBuckets(whole)).toEqual([]);
        expect(merged.count).toBe(all.length);
      }),
      { numRuns: 50 },
    );
  });

  it('differs in the bucket of each row that is missing, changed or counted twice', () => {
    fc.assert(
      fc.property(rows, attributeValue, (all, other) => {
        const [first] = all;
        fc.pre(first !== undefined && canonicalItem({ v: first.value }) !== canonicalItem({ v: other }));
        const bucket = Fingerprint.bucketOf(keyOf(first.id));
        const whole = of(all);
        const twice = of([...all, first]);
        expect(whole.unequalBuckets(of(all.slice(1)))).toEqual([bucket]);
        expect(whole.unequalBuckets(of([{ ...first, value: other }, ...all.slice(1)]))).toEqual([bucket]);
        expect(whole.unequalBuckets(twice)).toEqual([bucket]);
        // Twice the same does not cancel out, as it would by exclusive or.
        expect(of([...all.slice(1), first, first, first]).unequalBuckets(whole)).toEqual([bucket]);
        twice.remove(keyOf(first.id), { ...keyOf(first.id), value: first.value });
        expect(twice.unequalBuckets(whole)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('ignores marks and tombstones', () => {
    const [plain, marked] = [new Fingerprint(), new Fingerprint()];
    const row = { ...keyOf('1'), value: { S: 'x' } };
    plain.add(keyOf('1'), row);
    marked.add(keyOf('1'), stamped(row, version(1)));
    marked.add(keyOf('2'), tombstone(keyOf('2'), version(1)));
    expect(marked.unequalBuckets(plain)).toEqual([]);
  });

  it('spreads rows over the buckets', () => {
    const used = new Set(Array.from({ length: 20_000 }, (_, id) => Fingerprint.bucketOf(keyOf(String(id)))));
    expect(used.size).toBeGreaterThan(4000);
  });

  it('refuses bytes of another kind', () => {
    expect(() => Fingerprint.fromBytes(new Uint8Array(10))).toThrow(RangeError);
  });
});
