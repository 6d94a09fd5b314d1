import { AWS_PATIENCE, type AwsConfig } from '@agent-engine/config';
import type { S3Client } from '@aws-sdk/client-s3';

/** Region and endpoint from configuration, credentials the usual AWS way. Brings the SDK into memory. */
export async function createS3Client({ region, s3 }: AwsConfig): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  return new S3Client({
    region,
    endpoint: s3.endpoint,
    forcePathStyle: s3.endpoint !== undefined,
    requestHandler: AWS_PATIENCE,
    // Otherwise presigned URLs would carry the checksum of an empty body, and no other could be uploaded.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}
