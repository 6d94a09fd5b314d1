/** Which side the engine's data is on, and whether it may be written. */
export interface Route {
  side: 'source' | 'target';
  writes: 'open' | 'closed';
  /** One more with each change; orders everything that is said about the route. */
  epoch: number;
  /** ISO. Absent until the first change. */
  changedAt?: string;
}

export type RouteChange = Pick<Route, 'side' | 'writes'>;

/** What holds before a migration has said anything. */
export const INITIAL_ROUTE: Route = { side: 'source', writes: 'open', epoch: 0 };
