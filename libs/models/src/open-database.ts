import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AwsConfig } from '@agent-engine/config';
import { migrationControlTable } from '@agent-engine/entities';
import { gateClient, RouteStore, RouteWatcher } from '@agent-engine/migration-route';
import type { Logger } from '@agent-engine/observability';
import { dynamoDbClient } from './database.ts';

/** Longer than a healthy answer takes, shorter than what a route that could be read is worth. */
const CONTROL_TIMEOUT_MS = 800;

export interface Database {
  /** The process's only way to tables: under the route of the migration, if there is one. */
  client: DynamoDBClient;
  route?: RouteWatcher;
  close(): Promise<void>;
}

/** What API and runner reach tables through. With a migration configured, its route is followed from now on. */
export function openDatabase(aws: AwsConfig, { kind, logger }: { kind: string; logger: Logger }): Database {
  const client = dynamoDbClient(aws);
  if (!aws.migration) return { client, close: () => Promise.resolve(client.destroy()) };
  const { id, fenceWaitMs } = aws.migration;
  const control = dynamoDbClient(aws, {
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: CONTROL_TIMEOUT_MS,
      requestTimeout: CONTROL_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
  const { TableName: table } = migrationControlTable(aws.dynamodb);
  const route = new RouteWatcher({
    store: new RouteStore(control, { table, migrationId: id }),
    kind,
    onChange: ({ side, writes, epoch }) => logger.info({ side, writes, epoch }, 'the route of the migration'),
    onTrouble: (err) => logger.error({ err, table }, 'the route of the migration cannot be followed'),
  });
  gateClient(client, route, { fenceWaitMs });
  route.start();
  return {
    client,
    route,
    close: async () => {
      await route.stop();
      client.destroy();
      control.destroy();
    },
  };
}
