/** On-demand prices of us-east-1, in dollars per million request units. */
const PRICE = { write: 0.625, read: 0.125 };
/** A partition key takes so many write units a second, whatever the table has. */
const KEY_UNITS_PER_SECOND = 1_000;

export interface Units {
  writeUnits: number;
  readUnits: number;
}

export interface Estimate extends Units {
  seconds: number;
}

/**
 * Phases follow each other, and each takes as long as the scarcest of what it needs.
 * @param hottestKey write units that go to one partition key
 */
export function secondsFor(
  phases: readonly Units[],
  capacity: { write: number; read: number },
  hottestKey = 0,
): number {
  const seconds = phases.map(({ writeUnits, readUnits }) =>
    Math.max(
      writeUnits / capacity.write,
      readUnits / capacity.read,
      writeUnits > 0 ? hottestKey / KEY_UNITS_PER_SECOND : 0,
    ),
  );
  return Math.ceil(seconds.reduce((total, phase) => total + phase, 0));
}

/** Dollars, to the cent. */
export function cost({ writeUnits, readUnits }: Units): number {
  return Math.round((writeUnits * PRICE.write + readUnits * PRICE.read) / 10_000) / 100;
}

export const NOTHING: Estimate = { writeUnits: 0, readUnits: 0, seconds: 0 };

export const sum = (a: Estimate, b: Estimate): Estimate => ({
  ...sumUnits(a, b),
  seconds: a.seconds + b.seconds,
});

export const sumUnits = (a: Units, b: Units): Units => ({
  writeUnits: a.writeUnits + b.writeUnits,
  readUnits: a.readUnits + b.readUnits,
});
