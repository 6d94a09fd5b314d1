/** On-demand prices of us-east-1, in dollars per million request units. */
const PRICE = { write: 0.625, read: 0.125 };
const WRITE_UNIT_BYTES = 1024;
/** An eventually consistent read of 4 KB costs half a unit. */
const READ_UNIT_BYTES = 8192;

export interface TableSize {
  rows: number;
  bytes: number;
  /** Every index that holds the row is written with it. */
  indexes: number;
}

export interface Estimate {
  writeUnits: number;
  readUnits: number;
  seconds: number;
}

/** What it takes to read every row once and write it once, at the given units per second. */
export function estimate(
  { rows, bytes, indexes }: TableSize,
  capacity: { write: number; read: number },
): Estimate {
  const unitsPerRow = rows === 0 ? 0 : Math.ceil(bytes / rows / WRITE_UNIT_BYTES);
  const writeUnits = rows * unitsPerRow * (1 + indexes);
  const readUnits = Math.ceil(bytes / READ_UNIT_BYTES);
  return {
    writeUnits,
    readUnits,
    seconds: Math.ceil(Math.max(writeUnits / capacity.write, readUnits / capacity.read)),
  };
}

/** Dollars, to the cent. */
export function cost({ writeUnits, readUnits }: Estimate): number {
  return Math.round((writeUnits * PRICE.write + readUnits * PRICE.read) / 10_000) / 100;
}

export const NOTHING: Estimate = { writeUnits: 0, readUnits: 0, seconds: 0 };

export const sum = (a: Estimate, b: Estimate): Estimate => ({
  writeUnits: a.writeUnits + b.writeUnits,
  readUnits: a.readUnits + b.readUnits,
  seconds: a.seconds + b.seconds,
});
