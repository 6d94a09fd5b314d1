import { type DynamoDBClient, paginateScan, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createTargetTables } from '@agent-engine/fault-bed';
import { dropTable, type MigrationWorld, PREFIX, SUFFIX } from './migration.world.ts';
import { runWorker, secondsBetween } from './worker.ts';

const COUNTED = '-counted';

interface Compared {
  estimated: number;
  measured: number;
}

export interface Costs {
  tables: { table: string; indexes: number; write: Compared; read: Compared }[];
  seconds: Compared;
}

interface Plan {
  tables: { table: string; writeUnits: number; readUnits: number }[];
  total: { seconds: number };
}

/**
 * `plan` before a migration, against the ConsumedCapacity of the migration. What was read, the answers of the run tell.
 * Batches of statements do not tell theirs here: what they wrote is put once more, row by row, into tables like those.
 */
export async function costs(world: MigrationWorld, tables: readonly string[]): Promise<Costs> {
  const { stdout } = await runWorker(world, ['plan', '--json']);
  const plan = JSON.parse(stdout) as Plan;
  const metered = { ...world, config: world.meteredConfig };
  await runWorker(metered, ['run', '--until', 'caught-up']);
  const seconds = await secondsBetween(world, 'COPYING', 'VERIFIED');
  const { consumed } = world.meter.log;
  const readOf = (name: string) => consumed[name]?.read ?? 0;
  await createTargetTables(world.client, { tenantTableSuffix: COUNTED, tables, stream: null });
  const found: Costs['tables'] = [];
  for (const table of tables) {
    const name = `${PREFIX}${table}`;
    const { indexes, measured } = await putAgain(world.client, name);
    const planned = plan.tables.find((candidate) => candidate.table === table);
    found.push({
      table,
      indexes,
      write: { estimated: planned?.writeUnits ?? 0, measured },
      read: { estimated: planned?.readUnits ?? 0, measured: readOf(name) + readOf(`${name}${SUFFIX}`) },
    });
  }
  return { tables: found, seconds: { estimated: plan.total.seconds, measured: seconds } };
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
