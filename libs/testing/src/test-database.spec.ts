import {
  CreateTableCommand,
  ListTablesCommand,
  TransactWriteItemsCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { testDatabase } from './test-database.ts';

async function createTable(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: 'things',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
}

const tables = async (client: DynamoDBClient) => (await client.send(new ListTablesCommand({}))).TableNames;

describe('testDatabase', () => {
  it('is empty every time, and takes transactions', async () => {
    const one = testDatabase();
    const other = testDatabase();
    await createTable(one.client);
    await one.client.send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName: 'things', Item: { id: { S: '1' } } } }],
      }),
    );
    expect(await tables(one.client)).toEqual(['things']);
    expect(await tables(other.client)).toEqual([]);
  });
});
