/** Stands between a writer and the database. While it is up nothing new begins, and it is up once nothing is left. */
export class Fence {
  private opened: Promise<void> | undefined;
  private open: () => void = () => undefined;
  private inFlight = 0;
  private drained: (() => void)[] = [];

  get isUp(): boolean {
    return this.opened !== undefined;
  }

  /** Returns when every write that had begun has landed. */
  async up(): Promise<void> {
    this.opened ??= new Promise((resolve) => (this.open = resolve));
    if (this.inFlight > 0) await new Promise<void>((resolve) => this.drained.push(resolve));
  }

  down(): void {
    this.opened = undefined;
    this.open();
  }

  /** Runs `write` as soon as the fence is down. Nothing can come between looking and beginning. */
  async pass<T>(write: () => Promise<T>): Promise<T> {
    while (this.opened) await this.opened;
    this.inFlight++;
    try {
      return await write();
    } finally {
      this.inFlight--;
      if (this.inFlight === 0) this.drained.splice(0).forEach((resolve) => resolve());
    }
  }
}
