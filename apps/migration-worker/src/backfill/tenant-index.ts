import { setTimeout as delay } from 'node:timers/promises';
import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { describeTable } from '../arm/table-stream.ts';
import { patiently } from '../database/call.ts';
import type { Migration } from '../world/migration.ts';

const POLL_MS = 200;

/** Global indexes of the new engine that a table in place lacks are added online, beside the older ones. */
export async function addTenantIndex(migration: Migration): Promise<void> {
  for (const { kind, source } of migration.tables) {
    if (kind !== 'backfill') continue;
    for (const index of source.shape.indexes.filter((candidate) => candidate.kind === 'global')) {
      const table = await describeTable(migration.source, source.name);
      const present = table.GlobalSecondaryIndexes?.some(({ IndexName }) => IndexName === index.name);
      if (!present) {
        await patiently(() =>
          migration.source.client.send(
            new UpdateTableCommand({
              TableName: source.name,
              AttributeDefinitions: [
                { AttributeName: index.hash, AttributeType: 'S' },
                { AttributeName: index.range, AttributeType: index.rangeType },
              ],
              GlobalSecondaryIndexUpdates: [
                {
                  Create: {
                    IndexName: index.name,
                    KeySchema: [
                      { AttributeName: index.hash, KeyType: 'HASH' },
                      { AttributeName: index.range, KeyType: 'RANGE' },
                    ],
                    Projection: { ProjectionType: 'ALL' },
                  },
                },
              ],
            }),
          ),
        );
      }
      await untilActive(migration, source.name, index.name);
    }
  }
}

async function untilActive(migration: Migration, table: string, index: string): Promise<void> {
  for (;;) {
    const { TableStatus, GlobalSecondaryIndexes = [] } = await describeTable(migration.source, table);
    const found = GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === index);
    if (TableStatus === 'ACTIVE' && found?.IndexStatus === 'ACTIVE') return;
    await delay(POLL_MS);
  }
}
