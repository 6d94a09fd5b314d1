/** A process that reads and writes by the route, as it says of itself. */
export interface Instance {
  id: string;
  kind: string;
  /** No write that it let through under an older epoch is on its way, nor will one be. */
  ackedEpoch: number;
  /** Unix time in ms by the instance's own clock. */
  seenAt: number;
  host?: string;
  /** {@link FENCE_PROTOCOL} of the program it runs. */
  protocol: number;
}
