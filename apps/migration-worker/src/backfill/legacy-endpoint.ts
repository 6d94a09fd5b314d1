import { type Item, itemBytes, writeUnits } from '@agent-engine/migration-core';
import type { Migration } from '../world/migration.ts';
import { LEGACY_HASH, type MovingTable } from '../world/moving-table.ts';
import { keyOfRow } from '../world/row-key.ts';
import { ruleOf } from './owner-of-row.ts';
import type { Stamp } from './stamp-row.ts';

/**
 * The update that gives a row the newer engine wrote the `endpoint_id` the older one knows its tenant by, where the
 * mapping renamed it. The newer engine goes by `partition_key` and does not mind. @see settleEndpoints
 */
export function legacyEndpointFor({ mapping }: Migration, { table, source }: MovingTable, row: Item): Stamp {
  const partition = row.partition_key?.S;
  const endpoint = row[LEGACY_HASH]?.S;
  if (ruleOf(table) === 'owner' || partition === undefined || endpoint === undefined)
    return { nothing: true };
  const keys = mapping.legacyKeysOf(partition);
  const [legacyKey] = keys;
  if (legacyKey === undefined || keys.includes(endpoint)) return { nothing: true };
  return {
    units: writeUnits(source.shape, { ...row, [LEGACY_HASH]: { S: legacyKey } }, row),
    bytes: itemBytes(row),
    update: {
      TableName: source.name,
      Key: keyOfRow(row, source.shape),
      UpdateExpression: 'SET endpoint_id = :legacy',
      ConditionExpression: 'partition_key = :partition AND endpoint_id = :endpoint',
      ExpressionAttributeValues: {
        ':legacy': { S: legacyKey },
        ':partition': { S: partition },
        ':endpoint': { S: endpoint },
      },
    },
  };
}
