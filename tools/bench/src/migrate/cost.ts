import { type DynamoDBClient, paginateScan, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createTargetTables } from '@agent-engine/fault-bed';
import { dropTable, type MigrationWorld, PREFIX, SUFFIX } from './migration.world.ts';
import { runWorker } from './worker.ts';

const COUNTED = '-counted';

export interface Cost {
  table: string;
  indexes: number;
  /** Write units by `plan`, and those DynamoDB counts for the same rows. */
  estimated: number;
  measured: number;
}

/**
 * `plan` before a migration, against the ConsumedCapacity of writing what it then wrote. Batches of statements do not
 * tell theirs here, so the rows are put once more, one by one, into tables like those.
 */
export async function costs(world: MigrationWorld, tables: readonly string[]): Promise<Cost[]> {
  const { stdout } = await runWorker(world, ['plan', '--json']);
  const plan = JSON.parse(stdout) as { tables: { table: string; writeUnits: number }[] };
  await runWorker(world, ['run', '--until', 'caught-up']);
  await createTargetTables(world.client, { tenantTableSuffix: COUNTED, tables, stream: null });
  const found: Cost[] = [];
  for (const table of tables) {
    const counted = await putAgain(world.client, `${PREFIX}${table}`);
    const estimated = plan.tables.find((planned) => planned.table === table)?.writeUnits ?? 0;
    found.push({ table, estimated, ...counted });
  }
  return found;
}

async function putAgain(
  client: DynamoDBClient,
  name: string,
): Promise<{ indexes: number; measured: number }> {
  const TableName = `${name}${COUNTED}`;
  let measured = 0;
  let indexes = 0;
  for await (const { Items = [] } of paginateScan({ client }, { TableName: `${name}${SUFFIX}` })) {
    for (const Item of Items) {
      const { ConsumedCapacity } = await client.send(
        new PutItemCommand({ TableName, Item, ReturnConsumedCapacity: 'INDEXES' }),
      );
      measured += ConsumedCapacity?.CapacityUnits ?? 0;
      indexes = Math.max(indexes, Object.keys(ConsumedCapacity?.LocalSecondaryIndexes ?? {}).length);
    }
  }
  await dropTable(client, TableName);
  return { indexes, measured };
}
