import type { ControlRecord } from '../control/control-record.ts';
import type { UnitLease } from '../control/unit-lease.ts';
import type { Migration } from '../world/migration.ts';
import type { Governor } from './governor.ts';
import type { Meter } from './meter.ts';

/** What a unit of work is done with. */
export interface Work {
  readonly migration: Migration;
  readonly lease: UnitLease;
  readonly governor: Governor;
  readonly meter: Meter;
  /** Aborted when the work shall end at its next checkpoint. */
  readonly signal: AbortSignal;
  /** The control item as this process saw it last, at most a second ago. */
  readonly control: () => ControlRecord;
}
