import { setTimeout as delay } from 'node:timers/promises';
import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { armForward, followed } from '../arm/arm.ts';
import { reconcileShards } from '../arm/reconcile-shards.ts';
import { describeTable } from '../arm/table-stream.ts';
import {
  amendControl,
  changeControl,
  ControlConflict,
  type ControlRecord,
  readControl,
} from '../control/control-record.ts';
import type { NewUnit, Unit } from '../control/unit.ts';
import { createUnits, listUnits } from '../control/units.ts';
import { StreamGap } from '../migration-error.ts';
import { callHook } from '../operator/hooks.ts';
import { marksNow, verifyDirtyRows } from '../verify/dirty-rows.ts';
import { tailsBehind, withoutSuccessor } from '../verify/probe.ts';
import type { Migration } from '../world/migration.ts';
import { addTenantIndex } from '../backfill/tenant-index.ts';
import { noteGap } from './note-gap.ts';
import { segmentsFor } from './segments.ts';

const TICK_MS = 250;
const RECONCILE_MS = 2_000;
/** Looking takes at most one part in so many. */
const RECONCILE_SHARE = 20;
const VERIFY_ON_MS = 15_000;
/** A listing that is not of one moment is put right sooner; a parent that stays away was trimmed unread. */
const ORPHANED_MS = 60_000;

/**
 * Carries the migration from one state to the next, up to verified, and keeps the list of shards. Every step is a
 * compare-and-set on the control item and can be done again: if two do this at once, one of them loses and looks anew.
 */
export class Coordinator {
  private readonly migration: Migration;
  private readonly verify: (control: ControlRecord) => Promise<boolean>;
  private reconcileAt = -Infinity;
  private verifiedOnAt = -Infinity;
  private moved = false;
  /** Shards that cannot be placed, and since when. */
  private orphans: ReadonlyMap<string, number> = new Map();

  /** @param verify compares both sides; false when they differ */
  constructor(migration: Migration, verify: (control: ControlRecord) => Promise<boolean>) {
    this.migration = migration;
    this.verify = verify;
  }

  /** Until `reached` says so, or the signal. @throws StreamGap, and what the steps throw */
  async run(signal: AbortSignal, reached: (control: ControlRecord) => Promise<boolean>): Promise<void> {
    while (!signal.aborted) {
      const control = await readControl(this.migration.control);
      if (control) {
        if (control.gap) throw new StreamGap(control.gap.table, control.gap.reason);
        const over = control.state === 'COMPLETED' || control.state === 'ABORTED';
        if (over || (await reached(control))) return;
        await this.step(control, signal);
      }
      if (!this.moved) await delay(TICK_MS, undefined, { signal }).catch(() => {});
      this.moved = false;
    }
  }

  private async step(control: ControlRecord, signal: AbortSignal): Promise<void> {
    try {
      const units = await listUnits(this.migration.control);
      await this.followStreams(control, units);
      await this.advance(control, units, signal);
    } catch (error) {
      if (error instanceof StreamGap) await noteGap(this.migration, error);
      if (!(error instanceof ControlConflict)) throw error;
    }
  }

  private async followStreams(control: ControlRecord, units: readonly Unit[]): Promise<void> {
    const now = performance.now();
    const due = now >= this.reconcileAt || withoutSuccessor(units, control).length > 0;
    if (control.window || !due) return;
    const orphans = await reconcileShards(this.migration, control, units);
    const took = performance.now() - now;
    // Where describing a table takes long, as on DynamoDB Local, which then counts its rows, it is asked less often.
    this.reconcileAt = now + Math.max(RECONCILE_MS, RECONCILE_SHARE * took);
    this.orphans = new Map(orphans.map(({ shard }) => [shard, this.orphans.get(shard) ?? now]));
    const gone = orphans.find(({ shard }) => now - (this.orphans.get(shard) ?? now) > ORPHANED_MS);
    if (gone) throw new StreamGap(gone.table, `shard ${gone.shard}: ${gone.reason}`);
  }

  private async advance(control: ControlRecord, units: readonly Unit[], signal: AbortSignal): Promise<void> {
    const { migration } = this;
    switch (control.state) {
      case 'PREFLIGHT': {
        await callHook(migration, 'beforeCopy');
        await addTenantIndex(migration);
        const streams = await armForward(migration, control.epoch);
        await this.move(control, { state: 'ARMED', streams });
        return;
      }
      case 'ARMED':
        await createUnits(migration.control, await this.scanUnits(control));
        await this.move(control, { state: 'COPYING' });
        return;
      case 'COPYING': {
        const open = units.some(
          ({ kind, done, epoch }) => kind !== 'tail' && !done && epoch === control.copyEpoch,
        );
        if (open) return;
        const extras = units.some(({ kind, epoch }) => kind === 'extras' && epoch === control.copyEpoch);
        if (control.copyEpoch > 1 && !extras) {
          await createUnits(migration.control, await this.extrasUnits(control));
          return;
        }
        await this.move(control, {
          state: 'CATCHING_UP',
          probe: control.probe + 1,
          copiedAt: Date.now(),
        });
        return;
      }
      case 'CATCHING_UP':
        if (control.paused || (await tailsBehind(migration, control)).length > 0) return;
        await this.verifyAll(control, signal);
        return;
      case 'VERIFIED':
        await this.verifyOn(control, signal);
        return;
      default:
    }
  }

  /** What is compared is what was there when comparing began: rows that changed since are compared again. */
  private async verifyAll(control: ControlRecord, signal: AbortSignal): Promise<void> {
    const { migration } = this;
    const marks = migration.config.verify.full ? await marksNow(migration, control) : control.marks;
    if (migration.config.verify.full && !(await this.verify(control))) return;
    if (signal.aborted) return;
    await amendControl(migration.control, (now) =>
      now.state === 'CATCHING_UP'
        ? { state: 'VERIFIED', verifiedAt: new Date().toISOString(), marks }
        : undefined,
    );
    await migration.audit.append({ what: 'state', state: 'VERIFIED' });
  }

  /** While following on, rows that change are compared too, so that a cutover finds few left to compare. */
  private async verifyOn(control: ControlRecord, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    if (!this.migration.config.verify.continuous || now - this.verifiedOnAt < VERIFY_ON_MS) return;
    this.verifiedOnAt = now;
    const { marks, differences } = await verifyDirtyRows(this.migration, control, { strict: false, signal });
    if (signal.aborted) return;
    const [first] = differences;
    if (first) {
      await this.migration.audit.append({ what: 'differences', count: differences.length });
      await amendControl(this.migration.control, ({ state }) =>
        state === 'VERIFIED' ? { state: 'CATCHING_UP' } : undefined,
      );
      return;
    }
    await amendControl(this.migration.control, ({ state }) => (state === 'VERIFIED' ? { marks } : undefined));
  }

  private async move(control: ControlRecord, changes: Parameters<typeof changeControl>[2]): Promise<void> {
    await changeControl(this.migration.control, control, changes);
    this.moved = true;
    await this.migration.audit.append({ what: 'state', state: changes.state, epoch: control.epoch });
  }

  private async scanUnits({ copyEpoch: epoch }: ControlRecord): Promise<NewUnit[]> {
    const units: NewUnit[] = [];
    for (const moving of followed(this.migration)) {
      const table = await describeTable(this.migration.source, moving.source.name);
      const kind = moving.kind === 'rekey' ? 'copy' : 'backfill';
      units.push(...this.segmented(kind, moving.table, epoch, table));
    }
    return units;
  }

  private async extrasUnits({ copyEpoch: epoch }: ControlRecord): Promise<NewUnit[]> {
    const units: NewUnit[] = [];
    for (const moving of followed(this.migration).filter(({ kind }) => kind === 'rekey')) {
      const table = await describeTable(this.migration.target, moving.target.name);
      units.push(...this.segmented('extras', moving.table, epoch, table));
    }
    return units;
  }

  private segmented(
    kind: 'copy' | 'backfill' | 'extras',
    name: string,
    epoch: number,
    table: TableDescription,
  ): NewUnit[] {
    const segments = segmentsFor(this.migration, table.TableSizeBytes ?? 0);
    const expected = Math.ceil((table.ItemCount ?? 0) / segments);
    return Array.from({ length: segments }, (_, segment) => ({
      kind,
      table: name,
      epoch,
      segment,
      segments,
      expected,
    }));
  }
}
