import type { LocalStackConfig } from '@agent-engine/config';
import type { Servers } from './stand-ins.ts';

const IN_AWS = /(^|\.)amazonaws\.com(\.cn)?$/;

/** A pair that no real account has: DynamoDB Local and the emulator want one and check none. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** Made-up credentials where nothing is in AWS and nobody named a key; else undefined, for the usual AWS way. */
export function localCredentials(
  { aws, hasAwsKey }: LocalStackConfig,
  { dynamodb, sqs, s3 }: Servers,
): typeof LOCAL_CREDENTIALS | undefined {
  const used = [dynamodb, sqs ?? aws.sqs.taskQueueUrl, s3];
  const nothingInAws = used.every((url) => url !== undefined && !IN_AWS.test(new URL(url).hostname));
  return nothingInAws && !hasAwsKey ? LOCAL_CREDENTIALS : undefined;
}
