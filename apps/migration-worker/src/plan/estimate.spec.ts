import { cost, secondsFor } from './estimate.ts';

const capacity = { write: 100, read: 50 };

describe('estimate', () => {
  it('takes as long as the scarcest of write units, read units and the hottest key', () => {
    expect(secondsFor([{ writeUnits: 6_000, readUnits: 184 }], capacity)).toBe(60);
    expect(secondsFor([{ writeUnits: 100, readUnits: 184 }], capacity)).toBe(4);
    expect(secondsFor([{ writeUnits: 100, readUnits: 0 }], capacity, 90_000)).toBe(90);
    expect(secondsFor([{ writeUnits: 0, readUnits: 0 }], capacity)).toBe(0);
  });

  it('takes one phase after the other, and a hot key only where there are writes', () => {
    const phases = [
      { writeUnits: 0, readUnits: 100 },
      { writeUnits: 6_000, readUnits: 100 },
      { writeUnits: 0, readUnits: 210 },
    ];
    expect(secondsFor(phases, capacity)).toBe(Math.ceil(2 + 60 + 4.2));
    expect(secondsFor(phases, capacity, 90_000)).toBe(Math.ceil(2 + 90 + 4.2));
  });

  it('costs what the units cost', () => {
    expect(cost({ writeUnits: 3_000_000, readUnits: 1_000_000 })).toBe(2);
  });
});
