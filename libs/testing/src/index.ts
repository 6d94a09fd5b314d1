export { startDynamoDbLocal, type DynamoDbLocalOptions, type LocalServer } from './dynamodb-local.ts';
export { JavaMissing } from './java.ts';
export { testDatabase, type TestDatabase } from './test-database.ts';
