import fc from 'fast-check';
import { imbalances } from '../conservation.ts';
import { Fingerprint } from '../fingerprint.ts';
import { keyAttributes } from '../item.ts';
import { type Algorithm, mutants } from './algorithm.fixture.ts';
import { fixed, movable, type Setting } from './history.fixture.ts';
import { legacyAgents, tenantAgents } from './shapes.fixture.ts';
import { type Rules, type Step, World } from './world.fixture.ts';

const any = fc.nat({ max: 20 });
const batch = fc.integer({ min: 1, max: 5 });
const change = fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('put' as const), row: any, part: any }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), row: any }) },
);
const work = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.constant({ do: 'scan' as const }),
  fc.record({ do: fc.constant('tail' as const), events: batch, checkpoint: fc.boolean() }),
);
const fault = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.constant({ do: 'crash' as const }),
  fc.record({ do: fc.constant('stall' as const), events: batch }),
  fc.record({ do: fc.constant('wake' as const), which: any }),
  fc.record({ do: fc.constant('redeliver' as const), event: any }),
  fc.constant({ do: 'collect' as const }),
);
const steps = (...kinds: fc.Arbitrary<Step>[]) =>
  fc.array(fc.oneof(...kinds), { minLength: 5, maxLength: 60, size: 'max' });

const safely: Rules = { resync: { stamped: true, extras: true } };

function settled(setting: Setting, rules: Rules, history: readonly Step[]): World {
  const world = new World(setting, rules);
  history.forEach((step) => world.step(step));
  world.settle();
  return world;
}

const gap = fc.constant<Step>({ do: 'gap' });
const settings = fc.constantFrom(fixed, movable);

describe('several rows, written while workers that crash and stall copy and tail them', () => {
  it('end as the source holds them, also over gaps, with every row and event accounted for', () => {
    fc.assert(
      fc.property(settings, steps(change, change, work, work, fault, gap), (setting, history) => {
        const world = settled(setting, safely, history);
        expect(world.isRight).toBe(true);
        expect(imbalances(world.copy, world.events)).toEqual([]);
        expect(fingerprints(world, setting)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  const findsLoss = (setting: Setting, rules: Rules, ...kinds: fc.Arbitrary<Step>[]) =>
    fc.check(
      fc.property(steps(...kinds), (history) => settled(setting, rules, history).isRight),
      { numRuns: 3000, seed: 1, endOnFailure: true },
    );

  it.each(Object.entries<Algorithm>(mutants))('are lost by a variant: %s', (_name, algorithm) => {
    const rules = { ...safely, algorithm };
    expect(findsLoss(movable, rules, change, work, fault).failed).toBe(true);
  });

  it.each([
    ['that copies only where there is no row, after a gap', { stamped: false, extras: true }],
    ['that does not look for extras after a gap', { stamped: true, extras: false }],
  ])('are lost by a variant %s', (_name, resync) => {
    expect(findsLoss(movable, { resync }, change, work, gap).failed).toBe(true);
  });
});

/** The buckets in which target and mapped source differ. */
function fingerprints(world: World, { mapper }: Setting): number[] {
  const [source, target] = [new Fingerprint(), new Fingerprint()];
  for (const image of world.sources) {
    const mapped = mapper.map(image);
    if ('item' in mapped) source.add(mapped.key, mapped.item);
  }
  for (const item of world.target.values()) {
    const shape = 'partition_key' in item ? tenantAgents : legacyAgents;
    target.add(keyAttributes(shape, item), item);
  }
  return source.unequalBuckets(target);
}
