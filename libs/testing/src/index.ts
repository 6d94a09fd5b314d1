export { startAwsEmulator, type AwsEmulatorOptions } from './aws-emulator.ts';
export { startDynamoDbLocal, type DynamoDbLocalOptions, type LocalServer } from './dynamodb-local.ts';
export { createFileBucket } from './file-bucket.ts';
export { JavaMissing } from './java.ts';
export { localS3, localSqs } from './local-clients.ts';
export { createTaskQueue, type TaskQueue } from './task-queue.ts';
export { testDatabase, type TestDatabase } from './test-database.ts';
