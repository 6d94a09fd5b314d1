import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsConfig, LocalStackConfig } from '@agent-engine/config';
import { createTables, dynamoDbClient } from '@agent-engine/models';
import { createFileBucket, createTaskQueue } from '@agent-engine/testing';
import { localCredentials } from './credentials.ts';
import type { Servers } from './stand-ins.ts';

const DEFAULT_BUCKET = 'agent-engine-files';

export interface Infrastructure {
  /** The environment's configuration with every blank filled in. */
  aws: AwsConfig;
  database: DynamoDBClient;
  bucket: string;
  queueUrl: string;
}

/** Makes tables, queue and bucket where they are missing. */
export async function createInfrastructure(
  config: LocalStackConfig,
  servers: Servers,
): Promise<Infrastructure> {
  const { region, sqs, s3 } = config.aws;
  const credentials = localCredentials(config, servers);
  const aws: AwsConfig = {
    ...config.aws,
    dynamodb: { ...config.aws.dynamodb, endpoint: servers.dynamodb },
  };
  const database = dynamoDbClient(aws, { credentials });
  const queues = new SQSClient({ region, credentials, endpoint: servers.sqs });
  const files = new S3Client({ region, credentials, endpoint: servers.s3, forcePathStyle: true });
  const bucket = s3.bucket ?? DEFAULT_BUCKET;
  const [queueUrl] = await Promise.all([
    sqs.taskQueueUrl ?? createTaskQueue(queues).then((queue) => queue.queueUrl),
    createFileBucket(files, bucket),
    createTables(database, aws.dynamodb),
  ]);
  queues.destroy();
  files.destroy();
  return { aws, database, bucket, queueUrl };
}
