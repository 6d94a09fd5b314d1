import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { migrationControlTable } from '@agent-engine/entities';
import { gateClient, RouteStore, RouteWatcher } from '@agent-engine/migration-route';
import { type RecordingProxy, startRecordingProxy, testDatabase } from '@agent-engine/testing';

const control = migrationControlTable({ tablePrefix: 'aace-' });
const ROWS = 'rows';

export interface RouteFixture {
  store: RouteStore;
  /** What gated clients really send. Scans take two seconds. */
  proxy: RecordingProxy;
  /** Another process's view: a gated client with a watcher of its own, ended with the fixture. */
  instance(options?: { fenceWaitMs?: number; kind?: string; maxSockets?: number }): GatedInstance;
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
  const proxy = await startRecordingProxy(endpoint, {
    delayMs: ({ operation }) => (operation === 'Scan' ? 2_000 : 0),
  });
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
    proxy,
    instance: ({ fenceWaitMs = 200, kind = 'api', maxSockets = 50 } = {}) => {
      const { credentials } = client.config;
      const gated = new DynamoDBClient({
        endpoint: proxy.endpoint,
        region: 'us-east-1',
        credentials,
        requestHandler: { httpAgent: { maxSockets } },
      });
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
      await proxy.stop();
    },
  };
}
