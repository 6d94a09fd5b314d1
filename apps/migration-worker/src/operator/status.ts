import { imbalances } from '@agent-engine/migration-core';
import { type ControlRecord, readControl } from '../control/control-record.ts';
import { controlTableExists } from '../control/control-table.ts';
import { listQuarantine } from '../control/quarantine.ts';
import { type Counters, NO_COUNTS, type Unit } from '../control/unit.ts';
import { listUnits } from '../control/units.ts';
import { type WorkerReport, WorkerRegistry } from '../control/worker-registry.ts';
import type { Migration } from '../world/migration.ts';
import type { MoveKind } from '../world/moving-table.ts';

export interface TableStatus {
  kind: MoveKind;
  scanned: number;
  inserted: number;
  present: number;
  quarantined: number;
  filtered: number;
  events: { seen: number; applied: number; superseded: number; quarantined: number };
  /** Of the segments to scan. */
  percent: number;
  /** Rows and events per second, over all workers. */
  rate: number;
  etaSeconds: number | null;
  lagSeconds: number;
}

export interface Status {
  id: string;
  state: ControlRecord['state'] | 'PLANNED';
  epoch: number;
  direction: ControlRecord['direction'];
  paused: boolean;
  tables: Record<string, TableStatus>;
  quarantine: number;
  waived: number;
  /** Of those in quarantine: rows that going back would lose. */
  lossy: number;
  /** Units per second over all workers: the limits, and what is used. */
  throttle: { write: number; read: number; reason: string; used: { write: number; read: number } };
  cutover: { writeGapMs: number | null };
  rollback: { status: 'none' | 'lossless' | 'lossy'; reasons: string[] };
  /** Counts that do not add up; anything here blocks a cutover. */
  imbalances: string[];
  gap: { table: string; reason: string } | null;
  verifiedAt: string | null;
  workers: number;
}

/** Everything an operator asks for, from the control table alone. Changes nothing. */
export async function readStatus(migration: Migration): Promise<Status> {
  const { config, control: table } = migration;
  const control = (await controlTableExists(table)) ? await readControl(table) : undefined;
  const units = control ? await listUnits(table) : [];
  const workers = control ? await new WorkerRegistry(table).living() : [];
  const quarantined = control ? await collect(listQuarantine(table, control.direction)) : [];
  const limits = control?.throttle ?? config.capacity;
  const tables = Object.fromEntries(
    migration.tables.map(({ table: name, kind }) => [name, tableStatus(kind, name, units, workers, control)]),
  );
  return {
    id: config.id,
    state: control?.state ?? 'PLANNED',
    epoch: control?.epoch ?? 0,
    direction: control?.direction ?? 'forward',
    paused: control?.paused ?? false,
    tables,
    quarantine: quarantined.filter(({ waived }) => !waived).length,
    waived: quarantined.filter(({ waived }) => waived).length,
    lossy: quarantined.filter(({ waived, lossy }) => lossy && !waived).length,
    throttle: {
      ...limits,
      reason: workers.map(({ throttleReason }) => throttleReason).find(Boolean) ?? '',
      used: {
        write: workers.reduce((total, { writeRate }) => total + writeRate, 0),
        read: workers.reduce((total, { readRate }) => total + readRate, 0),
      },
    },
    cutover: { writeGapMs: control?.cutover?.writeGapMs ?? null },
    rollback: rollbackStatus(control, quarantined),
    imbalances: Object.entries(tables).flatMap(([name, counts]) =>
      imbalances(counts, counts.events).map(({ message }) => `${name}: ${message}`),
    ),
    gap: control?.gap ?? null,
    verifiedAt: control?.verifiedAt ?? null,
    workers: workers.length,
  };
}

function tableStatus(
  kind: MoveKind,
  table: string,
  units: readonly Unit[],
  workers: readonly WorkerReport[],
  control: ControlRecord | undefined,
): TableStatus {
  const own = units.filter((unit) => unit.table === table);
  const sum = (name: keyof Counters) => own.reduce((total, unit) => total + unit[name], NO_COUNTS[name]);
  const scans = own.filter((unit) => unit.kind !== 'tail' && unit.epoch === control?.copyEpoch);
  const done = scans.filter((unit) => unit.done).length;
  const rate = workers.reduce((total, { rates }) => total + (rates[table] ?? 0), 0);
  const scanned = sum('scanned');
  const left = done === 0 ? undefined : (scanned / done) * (scans.length - done);
  const open = own.filter(
    (unit) => unit.kind === 'tail' && !unit.done && unit.direction === control?.direction,
  );
  return {
    kind,
    scanned,
    inserted: sum('inserted'),
    present: sum('present'),
    quarantined: sum('quarantined'),
    filtered: sum('filtered'),
    events: {
      seen: sum('seen'),
      applied: sum('applied'),
      superseded: sum('superseded'),
      quarantined: sum('quarantinedEvents'),
    },
    percent: kind === 'global' ? 100 : scans.length === 0 ? 0 : Math.round((100 * done) / scans.length),
    rate: Math.round(rate * 10) / 10,
    etaSeconds: left === undefined || rate === 0 ? null : Math.round(left / rate),
    lagSeconds: Math.max(0, ...open.map(({ lagMs }) => Math.round(lagMs / 100) / 10)),
  };
}

function rollbackStatus(
  control: ControlRecord | undefined,
  quarantined: readonly { lossy: boolean; waived: boolean; reason: string; table: string }[],
): Status['rollback'] {
  if (control?.direction !== 'reverse' || control.state === 'COMPLETED')
    return { status: 'none', reasons: [] };
  const lossy = quarantined.filter((entry) => entry.lossy);
  const reasons = [...new Set(lossy.map(({ table, reason }) => `${table}: ${reason}`))];
  return { status: lossy.length > 0 ? 'lossy' : 'lossless', reasons };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
