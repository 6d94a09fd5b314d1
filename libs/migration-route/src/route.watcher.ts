import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { AppError } from '@agent-engine/errors';
import { ROUTE_CACHE_MS } from './fence-protocol.ts';
import { InFlightWrites } from './in-flight-writes.ts';
import { Registration } from './registration.ts';
import type { Route } from './route.ts';
import type { InstanceStore } from './route.store.ts';

const POLL_MS = 250;
/** A process whose reads are too old whenever they arrive, for this long, is not able to follow the route. */
const PATIENCE_MS = 4_000;
/** Acknowledged by an instance that has something to finish first. */
const NOTHING = -1;

export interface RouteWatcherOptions {
  store: InstanceStore;
  /** What this process is: `api`, `runner`. */
  kind: string;
  /** The control table stopped answering; not called again until it has answered. */
  onTrouble?: (error: unknown) => void;
  onChange?: (route: Route) => void;
}

/**
 * The route as this process may rely on it: never for longer than {@link ROUTE_CACHE_MS} after it was asked for, by
 * the monotonic clock, so that a process that was stopped in between asks again before it does anything.
 */
export class RouteWatcher {
  readonly id = randomUUID();
  readonly writes = new InFlightWrites(() => this.acknowledge());
  private readonly options: RouteWatcherOptions;
  private readonly registration: Registration;
  private isStopped = false;
  private known: { route: Route; sentAt: number } | undefined;
  private reading: Promise<void> | undefined;
  private saying: Promise<void> | undefined;
  private polled: Promise<void> | undefined;
  private readonly sleepers = new Set<() => void>();
  private isTroubled = false;

  constructor(options: RouteWatcherOptions) {
    this.options = options;
    const { store, kind } = options;
    this.registration = new Registration(store, { id: this.id, kind, host: hostname() });
  }

  /** Registers and follows the route, until stopped. */
  start(): void {
    this.polled ??= this.poll();
  }

  /** Nothing is let through any more. Writes that are under way keep this process registered until it is gone. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.wakeAll();
    await this.polled;
    await this.saying?.catch((error: unknown) => this.trouble(error));
    if (this.writes.isEmpty) await this.registration.end().catch((error: unknown) => this.trouble(error));
  }

  /** The route if it can be relied on at this very moment. */
  get route(): Route | undefined {
    const { standsSince } = this.registration;
    const { known } = this;
    const isFresh =
      known !== undefined &&
      standsSince !== undefined &&
      known.sentAt >= standsSince &&
      performance.now() - known.sentAt < ROUTE_CACHE_MS &&
      !this.isStopped;
    return isFresh ? known.route : undefined;
  }

  /** @throws AppError `migration.notReady` when the control table cannot be asked */
  async current(): Promise<Route> {
    for (const asked = performance.now(); ;) {
      const { route } = this;
      if (route) return route;
      if (performance.now() - asked > PATIENCE_MS || this.isStopped) throw unknownRoute();
      try {
        await this.read();
      } catch (error) {
        this.trouble(error);
        throw unknownRoute();
      }
    }
  }

  /**
   * The route while the data is on this side.
   * @throws AppError `migration.notReady`
   */
  async here(): Promise<Route> {
    const route = await this.current();
    if (route.side === 'target') return route;
    throw new AppError(
      'migration.notReady',
      'The data is being moved and this service does not hold it at the moment. Try again later.',
    );
  }

  /** Whether rows can be read and written; false also when that cannot be told. */
  async isOpen(): Promise<boolean> {
    const route = await this.current().catch(() => undefined);
    return route?.side === 'target' && route.writes === 'open';
  }

  /** Returns when another epoch than this has been seen, or after `ms`. */
  async changed(epoch: number, ms: number): Promise<void> {
    if (this.known?.route.epoch === epoch) await this.sleep(ms);
  }

  /** Until the route changes, or this is stopped, and no longer than `ms`. */
  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.sleepers.add(wake);
    });
  }

  private async poll(): Promise<void> {
    while (!this.isStopped) {
      await this.read().catch((error: unknown) => this.trouble(error));
      if (!this.isStopped) await this.sleep(POLL_MS);
    }
  }

  private wakeAll(): void {
    for (const wake of [...this.sleepers]) wake();
  }

  /** One at a time: what comes later was asked later. */
  private read(): Promise<void> {
    this.reading ??= this.readOnce().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readOnce(): Promise<void> {
    if (this.registration.standsSince === undefined) await this.say();
    const sentAt = performance.now();
    const route = await this.options.store.read();
    const before = this.known?.route.epoch;
    this.known = { route, sentAt };
    if (!this.registration.isDue(this.acknowledgeable)) this.isTroubled = false;
    // Epochs only grow: the migration has been started anew, and knows nothing of this process yet.
    if (before !== undefined && route.epoch < before) this.registration.lapse();
    if (before !== route.epoch) {
      this.options.onChange?.(route);
      this.wakeAll();
    }
    this.acknowledge();
  }

  /** The epoch seen last, unless a write that another one let through is still on its way. */
  private get acknowledgeable(): number {
    const epoch = this.known?.route.epoch;
    return epoch === undefined || this.writes.hasOthers(epoch) ? NOTHING : epoch;
  }

  private acknowledge(): void {
    if (this.saying || this.isStopped) return;
    if (!this.registration.isDue(this.acknowledgeable)) return;
    void this.say()
      .then(() => this.acknowledge())
      .catch((error: unknown) => this.trouble(error));
  }

  private async say(): Promise<void> {
    await this.saying?.catch(() => {});
    this.saying ??= this.registration.say(this.acknowledgeable).finally(() => (this.saying = undefined));
    await this.saying;
  }

  private trouble(error: unknown): void {
    if (!this.isTroubled) this.options.onTrouble?.(error);
    this.isTroubled = true;
  }
}

const unknownRoute = () =>
  new AppError(
    'migration.notReady',
    'Whether this service holds the data at the moment cannot be told. Try again in a moment.',
  );
