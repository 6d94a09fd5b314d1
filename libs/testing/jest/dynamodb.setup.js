import { startDynamoDbLocal } from '../src/dynamodb-local.ts';

/**
 * Jest `globalSetup`: one DynamoDB Local for all spec files of a project, found by `testDatabase()`.
 * A server named in TEST_DYNAMODB_ENDPOINT is used as it is, for quick repeated runs.
 */
export default async function setup() {
  if (process.env.TEST_DYNAMODB_ENDPOINT) return;
  const server = await startDynamoDbLocal();
  // Workers inherit the environment and nothing else from here.
  process.env.TEST_DYNAMODB_ENDPOINT = server.endpoint;
  globalThis.stopTestDynamoDb = async () => {
    delete process.env.TEST_DYNAMODB_ENDPOINT;
    await server.stop();
  };
}
