import {
  acceptsCondition,
  canonicalItem,
  collision,
  isTombstone,
  itemBytes,
  marks,
  type RegisterWrite,
  sourceKeyOf,
  TRANSACTION_FACTOR,
  writeUnits,
} from '@agent-engine/migration-core';
import { tombstonePut } from '../control/tombstones.ts';
import { MigrationError } from '../migration-error.ts';
import type { Migration, TableFlow } from '../world/migration.ts';
import type { EventWrite } from './applier.ts';

/** The conditional put of a row or tombstone that is newer than what is there, or is refused. */
export function rekeyWrite({ control }: Migration, flow: TableFlow, write: RegisterWrite): EventWrite {
  const { key, item, version: stamp } = write;
  const { name, shape } = flow.to;
  const { direction, table } = flow;
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
    companion: isTombstone(item) ? { Put: tombstonePut(control, { direction, table, key }) } : undefined,
    row: item,
    examine: (present) => {
      const reason = collision(present, item);
      if (reason !== undefined)
        throw new MigrationError('other', `${name}, ${JSON.stringify(key)}: ${reason}`);
    },
  };
}
