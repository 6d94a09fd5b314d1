import { z } from 'zod';
import { httpUrl, type Env, parseEnv } from './env.ts';

const schema = z.object({
  AWS_REGION: z.string().default('us-east-1'),
  DYNAMODB_ENDPOINT: httpUrl.optional(),
  SQS_ENDPOINT: httpUrl.optional(),
  S3_ENDPOINT: httpUrl.optional(),
  TABLE_PREFIX: z.string().default('aace-'),
  TENANT_TABLE_SUFFIX: z.string().default(''),
  TASK_QUEUE_URL: httpUrl.optional(),
  S3_BUCKET: z.string().optional(),
  S3_KEY_PREFIX: z.string().default('{endpoint_id}/{part_id}/'),
});

/** Where the data, the queue and the files are. Credentials come the usual AWS way, never through here. */
export interface AwsConfig {
  region: string;
  dynamodb: { endpoint?: string; tablePrefix: string; tenantTableSuffix: string };
  sqs: { endpoint?: string; taskQueueUrl?: string };
  s3: { endpoint?: string; bucket?: string; keyPrefix: string };
}

export function awsConfig(env: Env): AwsConfig {
  const vars = parseEnv(schema, env);
  return {
    region: vars.AWS_REGION,
    dynamodb: {
      endpoint: vars.DYNAMODB_ENDPOINT,
      tablePrefix: vars.TABLE_PREFIX,
      tenantTableSuffix: vars.TENANT_TABLE_SUFFIX,
    },
    sqs: { endpoint: vars.SQS_ENDPOINT, taskQueueUrl: vars.TASK_QUEUE_URL },
    s3: { endpoint: vars.S3_ENDPOINT, bucket: vars.S3_BUCKET, keyPrefix: vars.S3_KEY_PREFIX },
  };
}
