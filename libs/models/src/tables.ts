import {
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { entities, tableProperties, type TableNaming } from '@agent-engine/entities';

/** Creates the tables that do not exist yet, from the same description as the infrastructure. Alters none. */
export async function createTables(client: DynamoDBClient, naming: TableNaming): Promise<void> {
  await Promise.all(
    entities.map(async (definition) => {
      const properties = tableProperties(definition, naming);
      try {
        await client.send(new CreateTableCommand(properties));
      } catch (error) {
        if (!(error instanceof ResourceInUseException)) throw error;
      }
      await waitUntilTableExists(
        { client, maxWaitTime: 60, minDelay: 1 },
        { TableName: properties.TableName },
      );
    }),
  );
}
