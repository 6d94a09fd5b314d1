import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { startDynamoDbLocal } from './dynamodb-local.ts';

const client = (endpoint: string, accessKeyId: string) =>
  new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'x' } });

describe('startDynamoDbLocal', () => {
  it('keeps its tables in the data directory, for every credential, across a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'dynamodb-'));
    const first = await startDynamoDbLocal({ dataDir });
    await client(first.endpoint, 'one').send(
      new CreateTableCommand({
        TableName: 'kept',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    await first.stop();
    await expect(fetch(first.endpoint)).rejects.toThrow();

    const second = await startDynamoDbLocal({ dataDir });
    const { TableNames } = await client(second.endpoint, 'other').send(new ListTablesCommand({}));
    await second.stop();
    await rm(dataDir, { recursive: true });
    expect(TableNames).toEqual(['kept']);
  });

  it('does not share a port that is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await expect(startDynamoDbLocal({ port })).rejects.toThrow('EADDRINUSE');
    holder.close();
  });
});
