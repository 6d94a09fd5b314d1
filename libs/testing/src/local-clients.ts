import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

export const localSqs = (endpoint: string): SQSClient => new SQSClient({ ...local, endpoint });
export const localS3 = (endpoint: string): S3Client =>
  new S3Client({ ...local, endpoint, forcePathStyle: true });
