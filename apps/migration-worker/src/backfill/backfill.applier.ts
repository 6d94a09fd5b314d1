import { canonicalItem, type ChangeEvent, version } from '@agent-engine/migration-core';
import type { DirectionName } from '../control/control-record.ts';
import type { Applier, Effect } from '../tail/applier.ts';
import type { Migration } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { keyOfRow } from '../world/row-key.ts';
import { legacyEndpointFor } from './legacy-endpoint.ts';
import { stampFor } from './stamp-row.ts';
import { OwnerOfRow } from './owner-of-row.ts';

/**
 * Rows that stay in place. On the way there, whatever a writer of the older kind leaves without a partition gets one;
 * on the way back, what the newer kind writes gets the endpoint by which the older one finds it.
 */
export class BackfillApplier implements Applier {
  private readonly migration: Migration;
  private readonly moving: MovingTable;
  private readonly epoch: number;
  private readonly direction: DirectionName;
  private readonly owners: OwnerOfRow;

  constructor(migration: Migration, moving: MovingTable, direction: DirectionName, epoch: number) {
    this.migration = migration;
    this.moving = moving;
    this.direction = direction;
    this.epoch = epoch;
    this.owners = new OwnerOfRow(migration, moving);
  }

  async effectOf(event: ChangeEvent): Promise<Effect> {
    if (!event.new) return { nothing: true };
    const stamp =
      this.direction === 'forward'
        ? await stampFor(this.migration, this.moving, this.owners, event.new)
        : legacyEndpointFor(this.migration, this.moving, event.new);
    if ('nothing' in stamp) return stamp;
    const origin = {
      key: keyOfRow(event.new, this.moving.source.shape),
      version: version(this.epoch, event.sequenceNumber),
    };
    if ('refused' in stamp) return { refused: { ...origin, reason: stamp.refused } };
    return {
      origin,
      writes: [
        {
          id: `${this.moving.source.name} ${canonicalItem(origin.key)}`,
          entry: { Update: stamp.update },
          bytes: stamp.bytes,
          units: 2 * stamp.units,
        },
      ],
    };
  }
}
