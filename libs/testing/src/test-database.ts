import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { processEnv } from '@agent-engine/config';

export interface TestDatabase {
  endpoint: string;
  client: DynamoDBClient;
  /** The key is the database: another client with it sees the same tables. */
  accessKeyId: string;
}

/**
 * An empty database of the caller's own, on the DynamoDB Local that the project's Jest `globalSetup`
 * (libs/testing/jest/dynamodb.setup.js) started.
 */
export function testDatabase(): TestDatabase {
  const endpoint = processEnv().TEST_DYNAMODB_ENDPOINT;
  if (!endpoint) {
    throw new Error(
      'No DynamoDB Local: name libs/testing/jest/dynamodb.setup.js as globalSetup in jest.config.js.',
    );
  }
  // DynamoDB Local refuses keys with anything but letters and digits.
  const accessKeyId = `T${randomBytes(9).toString('hex')}`;
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'local' },
  });
  return { endpoint, client, accessKeyId };
}
