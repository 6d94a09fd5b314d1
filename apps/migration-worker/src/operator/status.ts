import { imbalances } from '@agent-engine/migration-core';
import { type ControlRecord, readControl } from '../control/control-record.ts';
import { controlTableExists } from '../control/control-table.ts';
import { listQuarantine, type Quarantined } from '../control/quarantine.ts';
import { type Counters, NO_COUNTS, type Unit } from '../control/unit.ts';
import { listUnits } from '../control/units.ts';
import { type WorkerReport, WorkerRegistry } from '../control/worker-registry.ts';
import type { Migration } from '../world/migration.ts';
import type { MoveKind } from '../world/moving-table.ts';
import { lagSeconds, type Progress, progressOf } from './progress.ts';

export interface TableStatus extends Progress {
  kind: MoveKind;
  scanned: number;
  inserted: number;
  present: number;
  quarantined: number;
  filtered: number;
  events: { seen: number; applied: number; superseded: number; quarantined: number };
  /** Rows and events per second, over all workers. */
  rate: number;
  lagSeconds: number;
}

export interface Status {
  id: string;
  state: ControlRecord['state'] | 'PLANNED';
  epoch: number;
  direction: ControlRecord['direction'];
  paused: boolean;
  tables: Record<string, TableStatus>;
  /** Of the copy of all tables. */
  progress: Progress;
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

/** The status, and some of what is in quarantine: those hold keys and words of tenants. */
export interface Overview {
  status: Status;
  quarantined: Quarantined[];
}

/** Everything an operator asks for, from the control table alone. Changes nothing. */
export async function readStatus(migration: Migration): Promise<Status> {
  return (await readOverview(migration)).status;
}

/** @param registry remembers between readings who was silent; a new one takes everybody for alive */
export async function readOverview(
  migration: Migration,
  registry = new WorkerRegistry(migration.control),
): Promise<Overview> {
  const { config, control: table } = migration;
  const control = (await controlTableExists(table)) ? await readControl(table) : undefined;
  const units = control ? await listUnits(table) : [];
  const workers = control ? await registry.living() : [];
  const held = control ? await countQuarantine(migration, control) : nothingHeld();
  const limits = control?.throttle ?? config.capacity;
  const tables = Object.fromEntries(
    migration.tables.map(({ table: name, kind }) => [name, tableStatus(kind, name, units, workers, control)]),
  );
  const status: Status = {
    id: config.id,
    state: control?.state ?? 'PLANNED',
    epoch: control?.epoch ?? 0,
    direction: control?.direction ?? 'forward',
    paused: control?.paused ?? false,
    tables,
    progress: progressOf(scansOf(units, control), workers),
    quarantine: held.quarantine,
    waived: held.waived,
    lossy: held.lossy,
    throttle: {
      ...limits,
      reason: workers.map(({ throttleReason }) => throttleReason).find(Boolean) ?? '',
      used: {
        write: workers.reduce((total, { writeRate }) => total + writeRate, 0),
        read: workers.reduce((total, { readRate }) => total + readRate, 0),
      },
    },
    cutover: { writeGapMs: control?.cutover?.writeGapMs ?? null },
    rollback: rollbackStatus(control, held.lossReasons),
    imbalances: Object.entries(tables).flatMap(([name, counts]) =>
      imbalances(counts, counts.events).map(({ message }) => `${name}: ${message}`),
    ),
    gap: control?.gap ?? null,
    verifiedAt: control?.verifiedAt ?? null,
    workers: workers.length,
  };
  return { status, quarantined: held.first };
}

const scansOf = (units: readonly Unit[], control: ControlRecord | undefined) =>
  units.filter(({ kind, epoch }) => kind !== 'tail' && kind !== 'switch' && epoch === control?.copyEpoch);

function tableStatus(
  kind: MoveKind,
  table: string,
  units: readonly Unit[],
  workers: readonly WorkerReport[],
  control: ControlRecord | undefined,
): TableStatus {
  const own = units.filter((unit) => unit.table === table);
  const sum = (name: keyof Counters) => own.reduce((total, unit) => total + unit[name], NO_COUNTS[name]);
  const rate = workers.reduce((total, { rates }) => total + (rates[table] ?? 0), 0);
  const open = own.filter(
    (unit) => unit.kind === 'tail' && !unit.done && unit.direction === control?.direction,
  );
  return {
    kind,
    scanned: sum('scanned'),
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
    ...(kind === 'global' ? NOTHING_TO_DO : progressOf(scansOf(own, control), workers)),
    rate: Math.round(rate * 10) / 10,
    lagSeconds: lagSeconds(open, Date.now()),
  };
}

const NOTHING_TO_DO: Progress = { percent: 100, etaSeconds: 0, etaInterval: [0, 0] };

/** So many reasons are told; whoever has to know all asks `quarantine list`. */
const MAX_REASONS = 20;
const MAX_SHOWN = 50;

const nothingHeld = () => ({
  quarantine: 0,
  waived: 0,
  lossy: 0,
  lossReasons: new Set<string>(),
  first: new Array<Quarantined>(),
});

/** In constant memory, however much is held. */
async function countQuarantine(migration: Migration, { direction }: ControlRecord) {
  const held = nothingHeld();
  for await (const entry of listQuarantine(migration.control, direction)) {
    if (entry.lossy && held.lossReasons.size < MAX_REASONS)
      held.lossReasons.add(`${entry.table}: ${entry.reason}`);
    if (entry.waived) held.waived += 1;
    else {
      held.quarantine += 1;
      if (entry.lossy) held.lossy += 1;
      if (held.first.length < MAX_SHOWN) held.first.push(entry);
    }
  }
  return held;
}

function rollbackStatus(
  control: ControlRecord | undefined,
  lossReasons: ReadonlySet<string>,
): Status['rollback'] {
  if (control?.direction !== 'reverse' || control.state === 'COMPLETED')
    return { status: 'none', reasons: [] };
  return { status: lossReasons.size > 0 ? 'lossy' : 'lossless', reasons: [...lossReasons] };
}
