import { FENCE_PROTOCOL, HEARTBEAT_MS, SILENCE_MS } from './fence-protocol.ts';
import type { InstanceStore } from './route.store.ts';

/**
 * This process among the instances. A coordinator waits for those it finds registered, so nothing may be let through
 * by a route that was read before the registration stood; and one that could not renew it for long counts as not
 * registered, because the coordinator will not wait for it either.
 */
export class Registration {
  private readonly store: InstanceStore;
  private readonly instance: { id: string; kind: string; host?: string };
  private since: number | undefined;
  private renewed = -Infinity;
  private acked = -1;

  constructor(store: InstanceStore, instance: { id: string; kind: string; host?: string }) {
    this.store = store;
    this.instance = instance;
  }

  /** From when on, on the monotonic clock, a coordinator that looks finds this process; undefined when it may not. */
  get standsSince(): number | undefined {
    if (performance.now() - this.renewed >= SILENCE_MS) this.since = undefined;
    return this.since;
  }

  isDue(epoch: number): boolean {
    return (
      this.standsSince === undefined ||
      epoch !== this.acked ||
      performance.now() - this.renewed >= HEARTBEAT_MS
    );
  }

  /** Callers see to it that one call follows the other. */
  async say(epoch: number): Promise<void> {
    const sent = performance.now();
    await this.store.ack({
      ...this.instance,
      ackedEpoch: epoch,
      seenAt: Date.now(),
      protocol: FENCE_PROTOCOL,
    });
    this.acked = epoch;
    this.renewed = sent;
    if (this.standsSince === undefined) this.since = performance.now();
  }

  /** Whatever was registered does not count any more. */
  lapse(): void {
    this.since = undefined;
    this.renewed = -Infinity;
  }

  async end(): Promise<void> {
    this.lapse();
    await this.store.leave(this.instance.id);
  }
}
