/** Attempts to write that have been let through and may still reach the database, by the epoch that let them. */
export class InFlightWrites {
  private readonly counts = new Map<number, number>();
  private readonly onEnd: () => void;

  /** @param onEnd called whenever the last one of an epoch has ended */
  constructor(onEnd: () => void) {
    this.onEnd = onEnd;
  }

  get isEmpty(): boolean {
    return this.counts.size === 0;
  }

  begin(epoch: number): void {
    this.counts.set(epoch, (this.counts.get(epoch) ?? 0) + 1);
  }

  end(epoch: number): void {
    const left = (this.counts.get(epoch) ?? 1) - 1;
    if (left > 0) {
      this.counts.set(epoch, left);
    } else {
      this.counts.delete(epoch);
      this.onEnd();
    }
  }

  /** Whether any of another epoch than this is left. */
  hasOthers(epoch: number): boolean {
    return this.counts.size > (this.counts.has(epoch) ? 1 : 0);
  }
}
