import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '../world/item.ts';
import type { WorldRow } from '../world/legacy-rows.ts';
import { worldTables } from '../world/world-tables.ts';
import type { Side } from './logical-row.ts';

export interface WorldPlace {
  client: DynamoDBClient;
  side: Side;
  /** Default `aace-`. */
  tablePrefix?: string;
  /** Default `-pk` on the target side, none on the source side. */
  tenantTableSuffix?: string;
  /** Without prefix; default all. */
  tables?: readonly string[];
}

/** Every row of one side, tombstones included: the tables that were copied, and those that stay where they are. */
export async function* readWorld(place: WorldPlace): AsyncGenerator<WorldRow, void, undefined> {
  for (const { table } of worldTables) {
    if (place.tables?.includes(table) === false) continue;
    for await (const item of readTable(place.client, storedTableName(place, table))) yield { table, item };
  }
}

export function storedTableName(
  { side, tablePrefix = 'aace-', tenantTableSuffix }: WorldPlace,
  table: string,
): string {
  const isCopied = worldTables.some((candidate) => candidate.table === table && candidate.move === 'rekey');
  const suffix = tenantTableSuffix ?? (side === 'target' ? '-pk' : '');
  return `${tablePrefix}${table}${isCopied ? suffix : ''}`;
}

async function* readTable(client: DynamoDBClient, TableName: string): AsyncGenerator<Item, void, undefined> {
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey }));
    yield* page.Items ?? [];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
