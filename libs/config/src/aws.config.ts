import { z } from 'zod';
import { duration, httpUrl, type Env, parseEnv } from './env.ts';

const schema = z.object({
  AWS_REGION: z.string().default('us-east-1'),
  DYNAMODB_ENDPOINT: httpUrl.optional(),
  SQS_ENDPOINT: httpUrl.optional(),
  S3_ENDPOINT: httpUrl.optional(),
  TABLE_PREFIX: z.string().default('aace-'),
  TENANT_TABLE_SUFFIX: z.string().default(''),
  TASK_QUEUE_URL: httpUrl.optional(),
  S3_BUCKET: z.string().optional(),
  S3_KEY_PREFIX: z
    .string()
    .refine(
      separatesTenants,
      'must end with / and have {endpoint_id} and {part_id} as path segments of their own',
    )
    .default('{endpoint_id}/{part_id}/'),
  MIGRATION_ID: z.string().optional(),
  MIGRATION_FENCE_WAIT: duration.default(2_000),
});

/** A prefix in which ids share a segment, or that lacks one, would give two tenants the same files. */
function separatesTenants(prefix: string): boolean {
  const segments = prefix.split('/');
  return prefix.endsWith('/') && segments.includes('{endpoint_id}') && segments.includes('{part_id}');
}

/** Where the data, the queue and the files are. Credentials come the usual AWS way, never through here. */
export interface AwsConfig {
  region: string;
  dynamodb: { endpoint?: string; tablePrefix: string; tenantTableSuffix: string };
  sqs: { endpoint?: string; taskQueueUrl?: string };
  s3: {
    endpoint?: string;
    bucket?: string;
    /** `{endpoint_id}` and `{part_id}` stand for a tenant's; empty for a bucket that all tenants share. */
    keyPrefix: string;
  };
  /** The migration whose route this process obeys; without one it reads and writes whatever there is. */
  migration?: {
    id: string;
    /** How long a write waits while the route is closed before it is refused. */
    fenceWaitMs: number;
  };
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
    s3: {
      endpoint: vars.S3_ENDPOINT,
      bucket: vars.S3_BUCKET,
      // The one variable that means something when it is set and empty.
      keyPrefix: env.S3_KEY_PREFIX === '' ? '' : vars.S3_KEY_PREFIX,
    },
    migration:
      vars.MIGRATION_ID === undefined
        ? undefined
        : { id: vars.MIGRATION_ID, fenceWaitMs: vars.MIGRATION_FENCE_WAIT },
  };
}
