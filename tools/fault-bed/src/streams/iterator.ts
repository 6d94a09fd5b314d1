/** A place in a shard, as the opaque text a client gets. */
export interface Place {
  arn: string;
  shard: string;
  /** Index of the next record. */
  position: number;
  /** Iterators of earlier generations have expired. */
  generation: number;
}

const MARK = 'fault-bed.';

export function iteratorText(place: Place): string {
  return MARK + Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @returns undefined for an iterator that the overlay did not give */
export function readIterator(text: unknown): Place | undefined {
  if (typeof text !== 'string' || !text.startsWith(MARK)) return undefined;
  return JSON.parse(Buffer.from(text.slice(MARK.length), 'base64url').toString()) as Place;
}
