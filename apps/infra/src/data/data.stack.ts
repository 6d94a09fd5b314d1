import type { TableProperties } from '@agent-engine/entities';
import { Stack, type StackProps } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { stageTables } from '../tables/stage-tables.ts';
import { createTable } from '../tables/table.resource.ts';
import { createDataKey } from './data-key.ts';
import { createFileBucket, fileBucketName } from './file-bucket.ts';
import { createTaskQueue } from './task-queue.ts';

/** What must outlive everything else: tables, files, the queue, and the key they are encrypted with. */
export class DataStack extends Stack {
  private readonly key: Key;
  private readonly deployment: Deployment;
  readonly tasks: { queue: Queue; deadLetters: Queue };

  constructor(scope: Construct, id: string, deployment: Deployment, props: StackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.deployment = deployment;
    this.key = createDataKey(this, deployment);
    for (const table of stageTables(deployment.stage)) createTable(this, table, this.key.keyArn);
    createFileBucket(this, deployment, this.key);
    this.tasks = createTaskQueue(this, deployment, this.key);
  }

  /** The bucket as other stacks use it, by its name. */
  filesFor(scope: Construct): IBucket {
    return Bucket.fromBucketName(scope, 'Files', fileBucketName(this.deployment));
  }

  /** The key as other stacks use it: leave to use it is given to their roles, and never changes this stack. */
  keyFor(scope: Construct): IKey {
    return Key.fromKeyArn(scope, 'DataKey', this.key.keyArn);
  }
}

/** By name and not by reference: a stack that uses a table must not keep this one from changing. */
export const tableArn = (stack: Stack, { TableName }: Pick<TableProperties, 'TableName'>): string =>
  stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName: TableName });
