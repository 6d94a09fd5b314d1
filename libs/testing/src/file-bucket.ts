import { BucketAlreadyOwnedByYou, CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { localS3 } from './local-clients.ts';

/**
 * Makes the bucket unless it is there. Browsers of this machine may PUT to presigned URLs, which the emulator
 * allows for every bucket; in AWS that is the bucket's CORS rule.
 * @param s3 a client, or the endpoint of the emulator
 */
export async function createFileBucket(s3: S3Client | string, bucket: string): Promise<void> {
  const client = typeof s3 === 'string' ? localS3(s3) : s3;
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
  }
}
