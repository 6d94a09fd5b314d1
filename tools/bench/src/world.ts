import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { processEnv } from '@agent-engine/config';
import { createTables, Models } from '@agent-engine/models';
import { createTaskQueue, startAwsEmulator, startDynamoDbLocal } from '@agent-engine/testing';
import jwt from 'jsonwebtoken';

const naming = { tablePrefix: 'aace-', tenantTableSuffix: '' };

export interface World {
  models: Models;
  /** What the engine's processes run with. */
  env: NodeJS.ProcessEnv;
  /** A token for one partition. */
  token(endpointId: string, partId: string): string;
  stop(): Promise<void>;
}

/** DynamoDB Local and a queue, with empty tables. */
export async function startWorld(): Promise<World> {
  const secret = randomBytes(24).toString('hex');
  const [database, emulator] = await Promise.all([startDynamoDbLocal(), startAwsEmulator()]);
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: database.endpoint, region: 'us-east-1', credentials });
  const [{ queueUrl }] = await Promise.all([
    createTaskQueue(emulator.endpoint, { visibilityTimeoutSeconds: 20 }),
    createTables(client, naming),
  ]);
  return {
    models: new Models({ client, naming }),
    env: {
      PATH: processEnv().PATH,
      NODE_ENV: 'production',
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      JWT_SECRET: secret,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      DYNAMODB_ENDPOINT: database.endpoint,
      SQS_ENDPOINT: emulator.endpoint,
      TASK_QUEUE_URL: queueUrl,
    },
    token: (endpointId, partId) =>
      jwt.sign({ endpoint_id: endpointId, part_id: partId, sub: 'bench' }, secret, { expiresIn: '1h' }),
    stop: async () => {
      client.destroy();
      await Promise.all([database.stop(), emulator.stop()]);
    },
  };
}
