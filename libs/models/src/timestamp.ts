let last = 0n;

/** Microseconds since the epoch; never the same twice in one process, so that order of writing is order of time. */
function nextMicroseconds(): bigint {
  const now = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000));
  last = now > last ? now : last + 1n;
  return last;
}

/** Now, in the stored form `YYYY-MM-DDTHH:mm:ss.ffffff+0000`. */
export function timestamp(): string {
  return formatMicroseconds(nextMicroseconds());
}

/** The stored form of a point in time; milliseconds are all a `Date` has. */
export function timestampOf(date: Date): string {
  return formatMicroseconds(BigInt(date.getTime()) * 1000n);
}

/** Milliseconds since the epoch of a stored timestamp. */
export function millisecondsOf(stored: string): number {
  return Date.parse(stored.replace(/(\.\d{3})\d*\+0000$/, '$1Z'));
}

function formatMicroseconds(microseconds: bigint): string {
  const milliseconds = new Date(Number(microseconds / 1000n)).toISOString().slice(0, -1);
  return `${milliseconds}${String(microseconds % 1000n).padStart(3, '0')}+0000`;
}
