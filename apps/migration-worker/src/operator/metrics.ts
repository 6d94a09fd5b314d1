import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { alarmsOf } from './alarms.ts';
import type { Status, TableStatus } from './status.ts';
import type { StatusListener } from './status-watch.ts';

const ALARMS = ['stream-gap', 'lag', 'quarantine', 'imbalance', 'lossy'] as const;

/** The status as Prometheus metrics. All are gauges: they say what the control table says, whoever did the work. */
export class MigrationMetrics implements StatusListener {
  private readonly registry = new Registry();
  private readonly state = this.gauge('state', 'State of the migration: 1 for the present one', ['state']);
  private readonly epoch = this.gauge('epoch', 'How often streams were begun anew');
  private readonly paused = this.gauge('paused', '1 after `pause`');
  private readonly workers = this.gauge('workers', 'Processes at work');
  private readonly quarantine = this.gauge('quarantine_rows', 'Rows that could not be carried over');
  private readonly alarm = this.gauge('alarm', '1 while there is this alarm', ['alarm']);
  private readonly limit = this.gauge('capacity_limit', 'Capacity units per second, all workers', ['kind']);
  private readonly used = this.gauge('capacity_used', 'Capacity units per second, all workers', ['kind']);
  private readonly writeGap = this.gauge(
    'write_gap_seconds',
    'How long writes stood still at the last switch',
  );
  private readonly rollback = this.gauge('rollback', 'Whether the way back is open: 1 for how', ['status']);
  private readonly rows = this.gauge('rows', 'Rows of the copy by what became of them', ['table', 'outcome']);
  private readonly events = this.gauge('events', 'Changes by what became of them', ['table', 'outcome']);
  private readonly percent = this.gauge('copied_percent', 'Segments of the copy that are done', ['table']);
  private readonly rate = this.gauge('rate', 'Rows and changes per second, all workers', ['table']);
  private readonly lag = this.gauge('lag_seconds', 'How far following is behind the writers', ['table']);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  update(status: Status): void {
    this.state.reset();
    this.state.set({ state: status.state }, 1);
    this.epoch.set(status.epoch);
    this.paused.set(Number(status.paused));
    this.workers.set(status.workers);
    this.quarantine.set(status.quarantine);
    const alarms = alarmsOf(status);
    for (const alarm of ALARMS)
      this.alarm.set({ alarm }, Number(alarms.some((found) => found.alarm === alarm)));
    for (const kind of ['write', 'read'] as const) {
      this.limit.set({ kind }, status.throttle[kind]);
      this.used.set({ kind }, status.throttle.used[kind]);
    }
    if (status.cutover.writeGapMs !== null) this.writeGap.set(status.cutover.writeGapMs / 1_000);
    this.rollback.reset();
    this.rollback.set({ status: status.rollback.status }, 1);
    for (const [table, counts] of Object.entries(status.tables)) this.updateTable(table, counts);
  }

  private updateTable(table: string, counts: TableStatus): void {
    for (const outcome of ['scanned', 'inserted', 'present', 'quarantined', 'filtered'] as const)
      this.rows.set({ table, outcome }, counts[outcome]);
    for (const outcome of ['seen', 'applied', 'superseded', 'quarantined'] as const)
      this.events.set({ table, outcome }, counts.events[outcome]);
    this.percent.set({ table }, counts.percent);
    this.rate.set({ table }, counts.rate);
    this.lag.set({ table }, counts.lagSeconds);
  }

  private gauge<L extends string>(name: string, help: string, labelNames: L[] = []): Gauge<L> {
    return new Gauge({ name: `migration_${name}`, help, labelNames, registers: [this.registry] });
  }
}
