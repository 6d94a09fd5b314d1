import type { Update } from '@aws-sdk/client-dynamodb';
import { backfillOf, type Item, itemBytes, writeUnits } from '@agent-engine/migration-core';
import type { Migration } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { keyOfRow } from '../world/row-key.ts';
import { type OwnerOfRow, ruleOf } from './owner-of-row.ts';

export type Stamp =
  { update: Update; units: number; bytes: number } | { refused: string } | { nothing: true };

/** The attributes a row lacks, or has wrong, to carry its partition. */
export async function missingStamps(
  migration: Migration,
  moving: MovingTable,
  owners: OwnerOfRow,
  row: Item,
): Promise<{ set: Item } | { refused: string }> {
  const owner = await owners.of(row);
  if ('refused' in owner) return owner;
  return backfillOf({
    rule: ruleOf(moving.table),
    row,
    owner: 'owner' in owner ? owner.owner : undefined,
    mapping: migration.mapping,
  });
}

/** What the partition of a row is derived from, and what the stamps are. */
const DERIVED_FROM = ['partition_key', 'endpoint_id', 'part_id'] as const;

/**
 * The update that stamps a row in place. It holds only while the row exists and says of its tenant what was read: it
 * neither resurrects nor overwrites.
 */
export async function stampFor(
  migration: Migration,
  moving: MovingTable,
  owners: OwnerOfRow,
  row: Item,
): Promise<Stamp> {
  const missing = await missingStamps(migration, moving, owners, row);
  if ('refused' in missing) return missing;
  const names = Object.keys(missing.set);
  if (names.length === 0) return { nothing: true };
  const { shape, name } = moving.source;
  const present = DERIVED_FROM.filter((attribute) => row[attribute] !== undefined);
  return {
    units: writeUnits(shape, { ...row, ...missing.set }, row),
    bytes: itemBytes(row),
    update: {
      TableName: name,
      Key: keyOfRow(row, shape),
      UpdateExpression: `SET ${names.map((attribute) => `#${attribute} = :new_${attribute}`).join(', ')}`,
      ConditionExpression: [
        'attribute_exists(#hash)',
        ...DERIVED_FROM.map((attribute) =>
          row[attribute] === undefined
            ? `attribute_not_exists(#${attribute})`
            : `#${attribute} = :old_${attribute}`,
        ),
      ].join(' AND '),
      ExpressionAttributeNames: {
        '#hash': shape.hash,
        ...Object.fromEntries(DERIVED_FROM.map((attribute) => [`#${attribute}`, attribute])),
      },
      ExpressionAttributeValues: Object.fromEntries([
        ...names.map((attribute) => [`:new_${attribute}`, missing.set[attribute]]),
        ...present.map((attribute) => [`:old_${attribute}`, row[attribute]]),
      ]) as Item,
    },
  };
}
