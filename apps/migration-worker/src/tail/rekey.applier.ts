import {
  type ChangeEvent,
  changesOf,
  acceptsCondition,
  canonicalItem,
  collision,
  isTombstone,
  itemBytes,
  marks,
  type RegisterWrite,
  sourceKeyOf,
  TRANSACTION_FACTOR,
  version,
  writeUnits,
} from '@agent-engine/migration-core';
import { tombstonePut } from '../control/tombstones.ts';
import { MigrationError } from '../migration-error.ts';
import type { Migration, TableFlow } from '../world/migration.ts';
import { keyOfRow } from '../world/row-key.ts';
import type { Applier, Effect, EventWrite } from './applier.ts';

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
    return { origin, writes: changes.writes.map((write) => this.entryFor(write)) };
  }

  private entryFor(write: RegisterWrite): EventWrite {
    const { key, item, version: stamp } = write;
    const { name, shape } = this.flow.to;
    const { direction, table } = this.flow;
    const source = sourceKeyOf(item);
    const condition = acceptsCondition(shape, stamp);
    return {
      id: `${name} ${canonicalItem(key)}`,
      bytes: itemBytes(item),
      units: TRANSACTION_FACTOR * writeUnits(shape, item),
      entry: {
        Put: {
          TableName: name,
          Item: item,
          ...condition,
          ...(source !== undefined && {
            ConditionExpression: `(${condition.ConditionExpression}) AND (attribute_not_exists(#source.#key) OR #source.#key = :source)`,
            ExpressionAttributeNames: {
              ...condition.ExpressionAttributeNames,
              '#source': marks.source,
              '#key': 'key',
            },
            ExpressionAttributeValues: { ...condition.ExpressionAttributeValues, ':source': { S: source } },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        },
      },
      companion: isTombstone(item)
        ? { Put: tombstonePut(this.migration.control, { direction, table, key }) }
        : undefined,
      row: item,
      examine: (present) => {
        const reason = collision(present, item);
        if (reason !== undefined)
          throw new MigrationError('other', `${name}, ${JSON.stringify(key)}: ${reason}`);
      },
    };
  }
}
