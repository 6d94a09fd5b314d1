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

/** @param hottestKey write units that go to one partition key */
export function secondsFor(
  { writeUnits, readUnits }: Units,
  capacity: { write: number; read: number },
  hottestKey = 0,
): number {
  return Math.ceil(
    Math.max(writeUnits / capacity.write, readUnits / capacity.read, hottestKey / KEY_UNITS_PER_SECOND),
  );
}

/** Dollars, to the cent. */
export function cost({ writeUnits, readUnits }: Units): number {
  return Math.round((writeUnits * PRICE.write + readUnits * PRICE.read) / 10_000) / 100;
}

export const NOTHING: Estimate = { writeUnits: 0, readUnits: 0, seconds: 0 };

export const sum = (a: Estimate, b: Estimate): Estimate => ({
  writeUnits: a.writeUnits + b.writeUnits,
  readUnits: a.readUnits + b.readUnits,
  seconds: a.seconds + b.seconds,
});
