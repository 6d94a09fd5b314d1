/** A call whose answer nobody waits for any more: the command was told to stop, and its time is over. */
export class GivenUp extends Error {
  constructor() {
    super('The command was told to stop, and the database did not answer in time.');
    this.name = 'GivenUp';
  }
}

/** After that long, calls under way are given up; what follows, such as letting go of leases, may still be sent. */
const HANG_UP_MS = 6_000;
/** After that long nothing is sent any more. With the longest pause between two tries the process ends within 10 s. */
const END_MS = 7_500;

/** How long a process waits for the database: for ever, or after it was told to stop for so long. */
export class Patience {
  private readonly underWay = new Set<(error: GivenUp) => void>();
  private isOver = false;

  /** From that signal on the process has to end soon. */
  endAfter(signal: AbortSignal): void {
    const begin = () => {
      setTimeout(() => this.hangUp(), HANG_UP_MS).unref();
      setTimeout(() => {
        this.isOver = true;
        this.hangUp();
      }, END_MS).unref();
    };
    if (signal.aborted) begin();
    else signal.addEventListener('abort', begin, { once: true });
  }

  /** The call's answer. @throws GivenUp */
  async wait<T>(call: () => Promise<T>): Promise<T> {
    if (this.isOver) throw new GivenUp();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.underWay.add(reject);
    call().then(resolve, reject);
    try {
      return await promise;
    } finally {
      this.underWay.delete(reject);
    }
  }

  private hangUp(): void {
    for (const reject of this.underWay) reject(new GivenUp());
  }
}
