import { cost, estimate, NOTHING } from './estimate.ts';

const capacity = { write: 100, read: 50 };

describe('estimate', () => {
  it('writes a row once per index, in units of 1 KB, and reads it once in units of 8 KB', () => {
    expect(estimate({ rows: 1000, bytes: 1_500_000, indexes: 2 }, capacity)).toEqual({
      writeUnits: 6000,
      readUnits: 184,
      seconds: 60,
    });
  });

  it('is nothing for an empty table', () => {
    expect(estimate({ rows: 0, bytes: 0, indexes: 3 }, capacity)).toEqual(NOTHING);
  });

  it('costs what the units cost', () => {
    expect(cost({ writeUnits: 3_000_000, readUnits: 1_000_000, seconds: 0 })).toBe(2);
  });
});
