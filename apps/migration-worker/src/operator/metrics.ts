import { Gauge, Registry } from 'prom-client';
import { alarmsOf, STATE_ALARMS } from './alarms.ts';
import type { Status, TableStatus } from './status.ts';

type Set = (name: string, help: string, value: number | null, labels?: Record<string, string>) => void;

/**
 * The status in the format of Prometheus. All are gauges: they say what the control table says, whoever did the work.
 * What is not known is not there. Labels are names of our own, never words of tenants.
 */
export function statusMetrics(status: Status, readAt: number): Promise<string> {
  const registry = new Registry();
  const gauges = new Map<string, Gauge>();
  const set: Set = (name, help, value, labels = {}) => {
    if (value === null) return;
    const labelNames = Object.keys(labels);
    const gauge =
      gauges.get(name) ?? new Gauge({ name: `migration_${name}`, help, labelNames, registers: [registry] });
    gauges.set(name, gauge);
    gauge.set(labels, value);
  };
  setAll(set, status, readAt);
  return registry.metrics();
}

function setAll(set: Set, status: Status, readAt: number): void {
  set('status_timestamp_seconds', 'When these figures were read', readAt / 1_000);
  set('info', 'The migration: 1', 1, { id: status.id, direction: status.direction });
  set('state', 'State of the migration: 1 for the present one', 1, { state: status.state });
  set('epoch', 'How often streams were begun anew', status.epoch);
  set('paused', '1 after `pause`', Number(status.paused));
  set('workers', 'Processes at work', status.workers);
  set('quarantined_rows', 'Rows that could not be carried over', status.quarantine);
  set('waived_rows', 'Of the rows that could not be carried over: waived', status.waived);
  const alarms = alarmsOf(status);
  for (const alarm of STATE_ALARMS)
    set('alarm', '1 while there is this alarm', Number(alarms.some((found) => found.alarm === alarm)), {
      alarm,
    });
  for (const kind of ['write', 'read'] as const) {
    const { throttle } = status;
    set('capacity_limit_units_per_second', 'Allowed, all workers', throttle[kind], { kind });
    set('capacity_used_units_per_second', 'Used, all workers', throttle.used[kind], { kind });
  }
  set('throttled', '1 while a limit, or the database, slows it down', Number(status.throttle.reason !== ''));
  set(
    'write_gap_seconds',
    'How long writes stood still at the last switch',
    thousandth(status.cutover.writeGapMs),
  );
  set(
    'verified_timestamp_seconds',
    'When all rows were found equal last',
    thousandth(timeOf(status.verifiedAt)),
  );
  set('rollback', 'Whether the way back is open: 1 for how', 1, { status: status.rollback.status });
  set('progress_ratio', 'Of the rows of all tables: scanned', status.progress.percent / 100);
  set('eta_seconds', 'Until all rows are scanned', status.progress.etaSeconds);
  for (const [table, counts] of Object.entries(status.tables)) setTable(set, table, counts);
}

function setTable(set: Set, table: string, counts: TableStatus): void {
  for (const outcome of ['scanned', 'inserted', 'present', 'quarantined', 'filtered'] as const)
    set('rows', 'Rows of the copy by what became of them', counts[outcome], { table, outcome });
  for (const outcome of ['seen', 'applied', 'superseded', 'quarantined'] as const)
    set('events', 'Changes by what became of them', counts.events[outcome], { table, outcome });
  set('table_progress_ratio', 'Of the rows to scan: scanned', counts.percent / 100, { table });
  set('table_eta_seconds', 'Until the rows of this table are scanned', counts.etaSeconds, { table });
  set('rows_per_second', 'Rows and changes dealt with, all workers', counts.rate, { table });
  set('lag_seconds', 'How far following is behind the writers', counts.lagSeconds, { table });
}

const thousandth = (value: number | null): number | null => (value === null ? null : value / 1_000);
const timeOf = (at: string | null): number | null => (at === null ? null : Date.parse(at));
