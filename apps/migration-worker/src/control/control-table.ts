import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { migrationControlTable } from '@agent-engine/entities';
import { patiently } from '../database/call.ts';

/** Where a migration keeps everything it knows: state, units of work with their leases, route, quarantine, audit. */
export interface ControlTable {
  readonly client: DynamoDBClient;
  readonly name: string;
  /** Hash key of all items of this migration. */
  readonly id: string;
}

export function controlTable(client: DynamoDBClient, tablePrefix: string, id: string): ControlTable {
  return { client, name: migrationControlTable({ tablePrefix }).TableName, id };
}

export async function controlTableExists({ client, name }: ControlTable): Promise<boolean> {
  try {
    await patiently(() => client.send(new DescribeTableCommand({ TableName: name })));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

export async function ensureControlTable(table: ControlTable, tablePrefix: string): Promise<void> {
  if (await controlTableExists(table)) return;
  try {
    await patiently(() => table.client.send(new CreateTableCommand(migrationControlTable({ tablePrefix }))));
  } catch (error) {
    // Another worker was quicker.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists(
    { client: table.client, maxWaitTime: 120, minDelay: 1 },
    { TableName: table.name },
  );
}
