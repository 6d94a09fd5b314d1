import { setTimeout as delay } from 'node:timers/promises';
import { GONE_MS, FENCE_PROTOCOL, MAX_REQUEST_MS, ROUTE_CACHE_MS } from './fence-protocol.ts';
import type { Instance } from './instance.ts';
import { RouteConflict, type RouteStore } from './route.store.ts';

const POLL_MS = 50;

export interface FenceOptions {
  /** Spans of {@link FENCE_PROTOCOL}, for tests that do not want to wait for them. */
  cacheMs?: number;
  maxRequestMs?: number;
  /** Longest wait in ms; below `cacheMs + maxRequestMs` only acknowledgements can end it in time. */
  deadlineMs?: number;
}

export interface Fence {
  /** Every live instance has said so, or whatever was let through before has ended by the passing of time. */
  by: 'acks' | 'elapsed';
  waitedMs: number;
  acked: Instance[];
  /** Registered and neither acknowledged nor long gone. */
  silent: Instance[];
}

/** The wait was over before it was certain that no older write is on its way. */
export class FenceNotReached extends Error {
  readonly silent: Instance[];

  constructor(epoch: number, deadlineMs: number, silent: Instance[]) {
    const names = silent.map(({ id, kind, host }) => `${kind} ${id}${host ? ` on ${host}` : ''}`).join(', ');
    super(`Epoch ${epoch} of the route was not acknowledged within ${deadlineMs} ms by: ${names}.`);
    this.name = 'FenceNotReached';
    this.silent = silent;
  }
}

/**
 * Returns once no write that was let through under an epoch before `epoch` can reach the database any more. Call it
 * after the change to `epoch` has been written: the span of the second way counts from here.
 * @throws FenceNotReached; RouteConflict when the route has moved on meanwhile
 */
export async function awaitFence(
  store: Pick<RouteStore, 'read' | 'instances'>,
  epoch: number,
  { cacheMs = ROUTE_CACHE_MS, maxRequestMs = MAX_REQUEST_MS, deadlineMs = Infinity }: FenceOptions = {},
): Promise<Fence> {
  const started = performance.now();
  for (;;) {
    // Taken before the question: what an instance answers later than this is only better.
    const waitedMs = performance.now() - started;
    const [route, instances] = await Promise.all([store.read(), store.instances()]);
    if (route.epoch !== epoch) throw new RouteConflict(epoch, route);
    const acked = instances.filter((instance) => hasAcked(instance, epoch));
    const silent = instances.filter((instance) => !hasAcked(instance, epoch) && !isGone(instance));
    if (silent.length === 0) return { by: 'acks', waitedMs, acked, silent };
    if (waitedMs >= cacheMs + maxRequestMs) return { by: 'elapsed', waitedMs, acked, silent };
    if (waitedMs >= deadlineMs) throw new FenceNotReached(epoch, deadlineMs, silent);
    await delay(POLL_MS);
  }
}

const hasAcked = ({ protocol, ackedEpoch }: Instance, epoch: number) =>
  protocol === FENCE_PROTOCOL && ackedEpoch >= epoch;

/** It has let nothing through since well before: without a heartbeat of its own it may not. */
const isGone = ({ seenAt }: Instance) => Date.now() - seenAt > GONE_MS;
