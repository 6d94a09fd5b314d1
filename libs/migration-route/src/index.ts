export { awaitFence, type Fence, FenceNotReached, type FenceOptions } from './fence.ts';
export { FENCE_PROTOCOL, MAX_REQUEST_MS, ROUTE_CACHE_MS } from './fence-protocol.ts';
export type { Instance } from './instance.ts';
export { INITIAL_ROUTE, type Route, type RouteChange } from './route.ts';
export { gateClient, type GateOptions } from './route.gate.ts';
export { RouteConflict, RouteStore } from './route.store.ts';
export { RouteWatcher, type RouteWatcherOptions } from './route.watcher.ts';
