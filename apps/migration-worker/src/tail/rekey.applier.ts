import { type ChangeEvent, changesOf, version } from '@agent-engine/migration-core';
import type { Migration, TableFlow } from '../world/migration.ts';
import { keyOfRow } from '../world/row-key.ts';
import type { Applier, Effect } from './applier.ts';
import { rekeyWrite } from './rekey-write.ts';

/** Rows that change their key: put if newer, deletes leave tombstones. */
export class RekeyApplier implements Applier {
  private readonly migration: Migration;
  private readonly flow: TableFlow;
  private readonly epoch: number;

  constructor(migration: Migration, flow: TableFlow, epoch: number) {
    this.migration = migration;
    this.flow = flow;
    this.epoch = epoch;
  }

  effectOf(event: ChangeEvent): Effect {
    const { flow, epoch } = this;
    const image = event.new ?? event.old;
    if (!image) return { nothing: true };
    const changes = changesOf(event, flow.mapper, epoch);
    if ('echo' in changes) return { nothing: true };
    const origin = {
      key: keyOfRow(image, flow.from.shape),
      version: version(epoch, event.sequenceNumber),
    };
    const loss = event.new && flow.lossReason?.(event.new);
    if (loss !== undefined) return { refused: { ...origin, reason: loss, lossy: true } };
    if ('refused' in changes) return { refused: { ...origin, reason: changes.refused } };
    return { origin, writes: changes.writes.map((write) => rekeyWrite(this.migration, flow, write)) };
  }
}
