import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableNaming } from '@agent-engine/entities';
import { createTables, Models } from '@agent-engine/models';
import { Partition } from '@agent-engine/partition';
import { testDatabase } from '@agent-engine/testing';

export const acme = Partition.of('gpt', 'acme');
export const globex = Partition.of('gpt', 'globex');
export const naming: TableNaming = { tablePrefix: 'aace-', tenantTableSuffix: '' };

export interface DataFixture {
  client: DynamoDBClient;
  models: Models;
  /** Names of the calls made since the last look, in order. */
  calls(): string[];
}

/** An empty database with the engine's tables, and a count of what the models ask of it. */
export async function dataFixture(): Promise<DataFixture> {
  const { client } = testDatabase();
  await createTables(client, naming);
  let calls: string[] = [];
  client.middlewareStack.add(
    (next, context) => (args) => {
      calls.push(String(context.commandName).replace('Command', ''));
      return next(args);
    },
    { step: 'initialize', name: 'countCalls' },
  );
  return {
    client,
    models: new Models({ client, naming }),
    calls() {
      const made = calls;
      calls = [];
      return made;
    },
  };
}
