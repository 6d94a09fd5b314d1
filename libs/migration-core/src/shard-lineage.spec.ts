import fc from 'fast-check';
import {
  armedProgress,
  lineageOf,
  type ShardDescription,
  type ShardProgress,
  streamGap,
} from './shard-lineage.ts';

const shard = (shardId: string, parentShardId?: string, closed = false): ShardDescription => ({
  shardId,
  parentShardId,
  closed,
});

describe('shard lineage', () => {
  it('begins at the open shards; what closed ones hold, the scan sees', () => {
    const listing = [shard('a', 'trimmed', true), shard('b', 'a'), shard('c', 'long-gone')];
    expect(lineageOf(listing, armedProgress(listing))).toMatchObject({
      readable: ['b', 'c'],
      gaps: [],
      unsettled: [],
    });
  });

  it('reads parents first, whatever the order and the pages of the listing', () => {
    const listing = [
      shard('c', 'b'),
      shard('b', 'a', true),
      shard('a'),
      shard('a', undefined, true),
      shard('b'),
    ];
    const known = new Map<string, ShardProgress>([['a', { finished: false, armed: true }]]);
    expect(lineageOf(listing, known)).toMatchObject({ readable: ['a'], waiting: ['c', 'b'] });
    known.set('a', { finished: true });
    expect(lineageOf(listing, known)).toMatchObject({ readable: ['b'], waiting: ['c'] });
  });

  it('does not take a shard for finished that disappeared half read', () => {
    const known = new Map<string, ShardProgress>([
      ['a', { position: '5', finished: false }],
      ['old', { finished: true }],
    ]);
    expect(lineageOf([shard('b', 'a')], known)).toMatchObject({
      readable: [],
      waiting: ['b'],
      gaps: [{ shardId: 'a' }],
      drained: false,
    });
  });

  it('does not read a shard whose parent came and went unseen, nor one that is its own ancestor', () => {
    const listing = [shard('b', 'unseen'), shard('c', 'd'), shard('d', 'c'), shard('e', 'e')];
    expect(lineageOf(listing, new Map())).toMatchObject({
      readable: [],
      unsettled: [
        { shardId: 'b', reason: 'Its parent unseen is not listed, and was never read.' },
        { shardId: 'c' },
        { shardId: 'd' },
        { shardId: 'e' },
      ],
    });
  });

  it('is drained only if all is closed and read', () => {
    const closed = [shard('a', undefined, true), shard('b', 'a', true)];
    const known = new Map<string, ShardProgress>([['a', { finished: true }]]);
    expect(lineageOf(closed, known).drained).toBe(false);
    known.set('b', { finished: true });
    expect(lineageOf(closed, known).drained).toBe(true);
    expect(lineageOf([shard('a', undefined, false)], known).drained).toBe(false);
    known.set('gone', { finished: false });
    expect(lineageOf(closed, known).drained).toBe(false);
  });

  it('knows a stream that was replaced', () => {
    expect(streamGap('arn:1', 'arn:1')).toBeUndefined();
    expect(streamGap('arn:1', 'arn:2')).toContain('arn:2');
    expect(streamGap('arn:1', undefined)).toContain('no stream');
  });

  it('reads every shard of any tree exactly once, after its parent', () => {
    const tree = fc
      .array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 25 })
      .map((parents) =>
        parents.map((parent, index) =>
          shard(`s${index}`, index > 0 ? `s${parent % index}` : undefined, true),
        ),
      );
    const shuffled = tree.chain((shards) => fc.shuffledSubarray(shards, { minLength: shards.length }));
    fc.assert(
      fc.property(shuffled, (listing) => {
        const known = new Map<string, ShardProgress>();
        const order: string[] = [];
        for (let lineage = lineageOf(listing, known); !lineage.drained; lineage = lineageOf(listing, known)) {
          expect(lineage.readable.length).toBeGreaterThan(0);
          for (const shardId of lineage.readable) {
            order.push(shardId);
            known.set(shardId, { finished: true });
          }
        }
        expect([...order].sort()).toEqual(listing.map(({ shardId }) => shardId).sort());
        for (const { shardId, parentShardId } of listing)
          if (parentShardId) expect(order.indexOf(parentShardId)).toBeLessThan(order.indexOf(shardId));
      }),
    );
  });
});
