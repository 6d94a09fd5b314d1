import type { Deployment } from '../deployment.ts';
import { SHUTDOWN_GRACE_SECONDS } from './app-task.ts';

/** The variables that API and runner share, and that name no secret. */
export function sharedEnvironment(
  { stage, config }: Deployment,
  { queueUrl, bucket }: { queueUrl: string; bucket: string },
): Record<string, string> {
  return {
    NODE_ENV: 'production',
    AWS_REGION: config.region,
    TABLE_PREFIX: stage.tables.tablePrefix,
    TENANT_TABLE_SUFFIX: stage.tables.tenantTableSuffix,
    TASK_QUEUE_URL: queueUrl,
    S3_BUCKET: bucket,
    SHUTDOWN_GRACE: `${SHUTDOWN_GRACE_SECONDS}s`,
    ...(config.egressAllow && { EGRESS_ALLOW: config.egressAllow }),
    ...(config.sharedProviderObjects && { SHARED_PROVIDER_OBJECTS: config.sharedProviderObjects }),
    ...(config.internalMcpUrl && { INTERNAL_MCP_URL: config.internalMcpUrl }),
    ...(stage.migration && { MIGRATION_ID: stage.migration.id }),
  };
}
