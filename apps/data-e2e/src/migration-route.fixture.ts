import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { migrationControlTable } from '@agent-engine/entities';
import { gateClient, RouteStore, RouteWatcher } from '@agent-engine/migration-route';
import { testDatabase } from '@agent-engine/testing';

const control = migrationControlTable({ tablePrefix: 'aace-' });
const ROWS = 'rows';

export interface RouteFixture {
  store: RouteStore;
  /** Another process's view: a gated client with a watcher of its own, ended with the fixture. */
  instance(options?: { fenceWaitMs?: number; kind?: string }): GatedInstance;
  end(): Promise<void>;
}

export interface GatedInstance {
  watcher: RouteWatcher;
  client: DynamoDBClient;
  put: (id: string) => Promise<unknown>;
}

/** A control table, a table of rows, and as many gated clients as a test wants. */
export async function routeFixture(): Promise<RouteFixture> {
  const { client, endpoint } = testDatabase();
  await client.send(new CreateTableCommand(control));
  await client.send(
    new CreateTableCommand({
      TableName: ROWS,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  const store = new RouteStore(client, { table: control.TableName, migrationId: 'm1' });
  const instances: GatedInstance[] = [];
  return {
    store,
    instance: ({ fenceWaitMs = 200, kind = 'api' } = {}) => {
      const { credentials } = client.config;
      const gated = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
      const watcher = new RouteWatcher({ store, kind });
      gateClient(gated, watcher, { fenceWaitMs });
      watcher.start();
      const put = (id: string) =>
        gated.send(new PutItemCommand({ TableName: ROWS, Item: { id: { S: id } } }));
      const instance = { watcher, client: gated, put };
      instances.push(instance);
      return instance;
    },
    end: async () => {
      await Promise.all(instances.map(({ watcher }) => watcher.stop()));
      instances.forEach((instance) => instance.client.destroy());
      client.destroy();
    },
  };
}
