import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  HttpMethods,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { type Deployment, nameOf } from '../deployment.ts';

/** Bucket names are taken worldwide: the account makes ours our own. */
export const fileBucketName = (deployment: Deployment): string =>
  `${nameOf(deployment, 'files')}-${deployment.config.account}`;

/** Files of all tenants, each under a prefix of its own. Browsers read and write them with presigned URLs only. */
export function createFileBucket(scope: Construct, deployment: Deployment, key: Key): Bucket {
  const common = {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: RemovalPolicy.RETAIN,
  };
  const accessLogs = new Bucket(scope, 'FileAccessLogs', {
    ...common,
    bucketName: `${nameOf(deployment, 'file-access')}-${deployment.config.account}`,
    encryption: BucketEncryption.S3_MANAGED,
    lifecycleRules: [{ expiration: Duration.days(90) }],
  });
  Validations.of(accessLogs).acknowledge({
    id: 'AwsSolutions-S1',
    reason: 'It is the access log; logging it to itself would never end.',
  });
  return new Bucket(scope, 'Files', {
    ...common,
    bucketName: fileBucketName(deployment),
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    versioned: true,
    serverAccessLogsBucket: accessLogs,
    lifecycleRules: [
      {
        abortIncompleteMultipartUploadAfter: Duration.days(7),
        noncurrentVersionExpiration: Duration.days(30),
        transitions: [{ storageClass: StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(30) }],
      },
    ],
    cors: [
      {
        allowedMethods: [HttpMethods.GET, HttpMethods.HEAD, HttpMethods.PUT],
        allowedOrigins: deployment.config.corsOrigins,
        allowedHeaders: ['content-type', 'content-md5'],
        maxAge: 600,
      },
    ],
  });
}
