import { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsConfig } from '@agent-engine/config';

/** Region and endpoint from configuration, credentials the usual AWS way. */
export function createSqsClient({ region, sqs }: AwsConfig): SQSClient {
  return new SQSClient({ region, endpoint: sqs.endpoint });
}
