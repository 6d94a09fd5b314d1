import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type Item, partitionOf } from '@agent-engine/migration-core';
import { scanPages } from '../copy/scan-pages.ts';
import { patiently } from '../database/call.ts';
import type { Governor } from '../run/governor.ts';
import type { Migration } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { keyOfRow } from '../world/row-key.ts';

/**
 * Gives rows that stayed in place the `endpoint_id` of their partition, where a tenant's endpoint was renamed. Until
 * the migration is completed they keep the older engine's, which finds and guards its rows by it.
 * @returns how many rows changed
 */
export async function settleEndpoints(
  { source, mapping }: Migration,
  moving: MovingTable,
  { governor, signal }: { governor: Governor; signal: AbortSignal },
): Promise<number> {
  const { name, shape } = moving.source;
  let changed = 0;
  for await (const { items } of scanPages({ client: source.client, tableName: name, governor, signal })) {
    for (const row of items) {
      const of = partitionOf(row, mapping);
      const endpoint = row.endpoint_id?.S;
      if ('refused' in of || endpoint === undefined || endpoint === of.partition.endpointId) continue;
      await governor.admit('write', signal);
      if (await settle(row, endpoint, of.partition.endpointId)) changed += 1;
    }
    if (signal.aborted) break;
  }
  return changed;

  async function settle(row: Item, from: string, to: string): Promise<boolean> {
    try {
      await patiently(() =>
        source.client.send(
          new UpdateItemCommand({
            TableName: name,
            Key: keyOfRow(row, shape),
            UpdateExpression: 'SET endpoint_id = :to',
            ConditionExpression: 'endpoint_id = :from AND partition_key = :partition',
            ExpressionAttributeValues: {
              ':from': { S: from },
              ':to': { S: to },
              ':partition': row.partition_key ?? { S: '' },
            },
          }),
        ),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
