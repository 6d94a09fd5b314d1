import { SQSClient } from '@aws-sdk/client-sqs';
import { AWS_PATIENCE, type AwsConfig } from '@agent-engine/config';

/** Every run renews its message: with the library's 50 sockets the next poll would wait behind all of them. */
const SOCKETS = { keepAlive: true, maxSockets: 200 };

/** Region and endpoint from configuration, credentials the usual AWS way. */
export function createSqsClient({ region, sqs }: AwsConfig): SQSClient {
  return new SQSClient({
    region,
    endpoint: sqs.endpoint,
    requestHandler: { ...AWS_PATIENCE, httpAgent: SOCKETS, httpsAgent: SOCKETS },
  });
}
