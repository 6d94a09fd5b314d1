import type { Overview, Status } from './status.ts';
import type { StatusListener } from './status-watch.ts';

/** A point per second at first; when there are too many, every second one goes and points become rarer. */
const MAX_POINTS = 1_200;

export interface StatusSeries {
  /** Unix seconds. */
  at: number[];
  /** Rows and changes per second over all tables, and the largest lag. */
  rate: number[];
  lag: number[];
  tables: Record<string, { rate: number[]; lag: number[] }>;
}

interface Point {
  at: number;
  tables: Record<string, { rate: number; lag: number }>;
}

/** What rates and lag were since this process began, in constant memory. */
export class StatusHistory implements StatusListener {
  private points: Point[] = [];
  private every = 1;
  private seen = 0;
  /** The last one, and when it was read, in ms. */
  latest: (Overview & { readAt: number }) | undefined;

  update(status: Status, quarantined: Overview['quarantined']): void {
    this.latest = { status, quarantined, readAt: Date.now() };
    if (this.seen++ % this.every !== 0) return;
    const moving = Object.entries(status.tables).filter(([, { kind }]) => kind !== 'global');
    const tables = Object.fromEntries(
      moving.map(([name, { rate, lagSeconds }]) => [name, { rate, lag: lagSeconds }]),
    );
    this.points.push({ at: Date.now() / 1_000, tables });
    if (this.points.length < MAX_POINTS) return;
    this.points = this.points.filter((_, index) => index % 2 === 0);
    this.every *= 2;
  }

  series(): StatusSeries {
    const { points } = this;
    const names = Object.keys(points.at(-1)?.tables ?? {});
    const values = ({ tables }: Point) => Object.values(tables);
    return {
      at: points.map(({ at }) => at),
      rate: points.map((point) => values(point).reduce((sum, { rate }) => sum + rate, 0)),
      lag: points.map((point) => Math.max(0, ...values(point).map(({ lag }) => lag))),
      tables: Object.fromEntries(
        names.map((name) => [
          name,
          {
            rate: points.map(({ tables }) => tables[name]?.rate ?? 0),
            lag: points.map(({ tables }) => tables[name]?.lag ?? 0),
          },
        ]),
      ),
    };
  }
}
