import { type ChangeEvent, isEcho, version } from '@agent-engine/migration-core';
import type { MovingTable } from '../world/moving-table.ts';
import { keyOfRow } from '../world/row-key.ts';
import type { Applier, Effect } from './applier.ts';

/**
 * The older table after a cutover. What we carry back is ours; anything else comes from a writer that the fence did not
 * stop, and nobody can say which of the two rows is right: it is kept for a person to decide.
 */
export class WatchApplier implements Applier {
  private readonly moving: MovingTable;
  private readonly epoch: number;

  constructor(moving: MovingTable, epoch: number) {
    this.moving = moving;
    this.epoch = epoch;
  }

  effectOf(event: ChangeEvent): Effect {
    const image = event.new ?? event.old;
    if (!image || isEcho(event)) return { nothing: true };
    return {
      refused: {
        key: keyOfRow(image, this.moving.source.shape),
        version: version(this.epoch, event.sequenceNumber),
        reason: `A writer ${event.new ? 'wrote' : 'deleted'} it in ${this.moving.source.name} after the cutover.`,
        stray: true,
      },
    };
  }
}
