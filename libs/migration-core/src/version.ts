const EPOCH_DIGITS = 6;
/** Sequence numbers have 21 to 40 digits, more than DynamoDB's N keeps: hence text, and hence the padding. */
const SEQUENCE_DIGITS = 40;

/**
 * What makes one write of the migration newer than another: first the epoch (each time a stream is armed
 * starts one), then the place in the stream. Text order is version order.
 * @param sequenceNumber absent: older than every event of the epoch and newer than all before it
 * @throws RangeError if either does not fit
 */
export function version(epoch: number, sequenceNumber = ''): string {
  if (!Number.isInteger(epoch) || epoch < 0 || epoch >= 10 ** EPOCH_DIGITS)
    throw new RangeError(`An epoch is a whole number of at most ${EPOCH_DIGITS} digits, not ${epoch}.`);
  if (!/^\d{0,40}$/.test(sequenceNumber))
    throw new RangeError(`A sequence number has at most ${SEQUENCE_DIGITS} digits, not ${sequenceNumber}.`);
  return `${String(epoch).padStart(EPOCH_DIGITS, '0')}:${sequenceNumber.padStart(SEQUENCE_DIGITS, '0')}`;
}

/** The epoch in which a version was made. */
export function epochOf(version: string): number {
  return Number(version.slice(0, EPOCH_DIGITS));
}
