/**
 * What instances and coordinator agree on. Instances report the version; changing a span here takes a new one, because
 * a coordinator counts on what all instances do.
 */
export const FENCE_PROTOCOL = 1;

/** How long an instance acts on a route it has read, from the moment it asked. */
export const ROUTE_CACHE_MS = 1_000;

/** An instance gives up an attempt to write after so long. */
export const ATTEMPT_MS = 3_000;

/** By then an attempt has ended wherever it got to: the database may still work on what its caller has given up. */
export const MAX_REQUEST_MS = ATTEMPT_MS + 1_000;

/** How often an instance says that it is there. */
export const HEARTBEAT_MS = 5_000;

/** An instance that could not say so for this long lets nothing through until it has. */
export const SILENCE_MS = 20_000;

/** A coordinator does not wait for an instance silent for this long. The difference is for clocks that disagree. */
export const GONE_MS = 60_000;
