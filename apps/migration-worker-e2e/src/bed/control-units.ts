import { QueryCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { MigrationBed } from './migration-bed.ts';

export const CONTROL_TABLE = 'aace-migration_control';

/** What specs look at of a unit of work. */
export interface UnitItem {
  item: string;
  kind: string;
  done: boolean;
  owner?: string;
}

/** Units of work as they stand in the control table; empty before there are any. */
export async function controlUnits({ database: { client } }: MigrationBed): Promise<UnitItem[]> {
  const asked = client.send(
    new QueryCommand({
      TableName: CONTROL_TABLE,
      ConsistentRead: true,
      KeyConditionExpression: 'migration_id = :id AND begins_with(#item, :prefix)',
      ExpressionAttributeNames: { '#item': 'item' },
      ExpressionAttributeValues: { ':id': { S: 'bed' }, ':prefix': { S: 'unit#' } },
    }),
  );
  const { Items = [] } = await asked.catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) return { Items: [] };
    throw error;
  });
  return Items.map((item) => unmarshall(item) as UnitItem);
}
