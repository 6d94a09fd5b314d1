import { setTimeout as delay } from 'node:timers/promises';
import { Partition } from './partition.ts';
import { PartitionContext, PartitionNotSet } from './partition-context.ts';

describe('PartitionContext', () => {
  const context = new PartitionContext();

  it('throws outside a partition instead of answering undefined', () => {
    expect(() => context.current).toThrow(PartitionNotSet);
    expect(context.currentOrNone).toBeUndefined();
  });

  it('keeps 200 interleaved pieces of work of two partitions apart', async () => {
    const partitions = [Partition.of('gpt', 'acme'), Partition.of('gpt', 'globex')] as const;
    const seen = await Promise.all(
      Array.from({ length: 200 }, (_, i) => {
        const mine = partitions[i % 2 === 0 ? 0 : 1];
        return context.run(mine, async () => {
          for (let step = 0; step < 5; step++) {
            await delay(Math.random() * 10);
            if (context.key !== mine.key) return false;
          }
          return true;
        });
      }),
    );
    expect(seen).toEqual(Array.from({ length: 200 }, () => true));
    expect(context.currentOrNone).toBeUndefined();
  });

  it('nests, and gives back the outer partition', () => {
    context.run(Partition.of('a'), () => {
      context.run(Partition.of('b'), () => expect(context.key).toBe('b#b'));
      expect(context.key).toBe('a#a');
    });
  });
});
