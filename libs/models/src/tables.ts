import {
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  entities,
  operationalTables,
  type OperationalTable,
  tableProperties,
  type TableNaming,
  timeToLive,
} from '@agent-engine/entities';

/** Creates the tables that do not exist yet, from the same description as the infrastructure. Alters none. */
export async function createTables(client: DynamoDBClient, naming: TableNaming): Promise<void> {
  const tables = [
    ...entities.map((definition) => ({
      properties: tableProperties(definition, naming),
      timeToLive: timeToLive(definition),
    })),
    ...operationalTables(naming),
  ];
  await Promise.all(tables.map((table) => createTable(client, table)));
}

async function createTable(
  client: DynamoDBClient,
  { properties, timeToLive }: Pick<OperationalTable, 'properties' | 'timeToLive'>,
): Promise<void> {
  const { TableName } = properties;
  try {
    await client.send(new CreateTableCommand(properties));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName });
  if (timeToLive) await expireRows(client, TableName, timeToLive);
}

/** Asked for a second time, DynamoDB refuses what is as it should be. */
async function expireRows(
  client: DynamoDBClient,
  TableName: string,
  timeToLive: NonNullable<OperationalTable['timeToLive']>,
): Promise<void> {
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  if (TimeToLiveDescription?.AttributeName === timeToLive.AttributeName) return;
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: timeToLive }));
}
