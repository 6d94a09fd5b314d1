const WINDOW_MS = 10_000;
const PER_WINDOW = 200;

/** Counts the messages of one socket. People and their programs stay far below; floods cost us parsing. */
export class MessageRate {
  private windowStart = performance.now();
  private count = 0;

  allows(): boolean {
    const now = performance.now();
    if (now - this.windowStart > WINDOW_MS) {
      this.windowStart = now;
      this.count = 0;
    }
    return ++this.count <= PER_WINDOW;
  }
}
