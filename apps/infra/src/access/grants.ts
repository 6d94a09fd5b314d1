import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Stack, Validations } from 'aws-cdk-lib';

export function allow(role: IRole, ...statements: PolicyStatement[]): void {
  for (const statement of statements) role.addToPrincipalPolicy(statement);
}

/**
 * For statements whose resources are named with a wildcard: says why. A wildcard nobody explains stops the synthesis.
 * @param spelled resources as cdk-nag spells them, where they contain references
 */
export function allowWide(
  role: IRole,
  reason: string,
  statement: PolicyStatement,
  spelled = statement.resources,
): void {
  allow(role, statement);
  for (const resource of spelled.filter((name) => name.includes('*'))) {
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  }
}

/** Tables are encrypted with our key; DynamoDB uses it in the name of who asks, and only DynamoDB may. */
export const allowKeyThroughDynamoDb = (role: IRole, key: IKey): void =>
  allowKey(role, key, 'dynamodb', ['kms:Decrypt', 'kms:DescribeKey']);

const QUEUE = {
  send: {
    actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes'],
    key: ['kms:Decrypt', 'kms:GenerateDataKey'],
  },
  receive: {
    actions: [
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:ChangeMessageVisibility',
      'sqs:GetQueueAttributes',
    ],
    key: ['kms:Decrypt'],
  },
  /** Messages that nobody can deal with; the queue's policy names the dead-letter queue, its URL has to be asked for. */
  setAside: { actions: ['sqs:SendMessage', 'sqs:GetQueueUrl'], key: ['kms:Decrypt', 'kms:GenerateDataKey'] },
} as const;

export function allowQueue(role: IRole, { queueArn }: IQueue, key: IKey, what: keyof typeof QUEUE): void {
  const { actions, key: ofKey } = QUEUE[what];
  allow(role, new PolicyStatement({ actions: [...actions], resources: [queueArn] }));
  allowKey(role, key, 'sqs', ofKey);
}

/** Without leave to list, S3 answers "forbidden" for a file that does not exist. */
export function allowFiles(
  role: IRole,
  files: IBucket,
  key: IKey,
  ...actions: ('s3:GetObject' | 's3:PutObject')[]
): void {
  const objects = new PolicyStatement({ actions, resources: [`${files.bucketArn}/*`] });
  allowWide(role, 'Any file: which tenant a file is of says its key, and the app sees to that.', objects);
  allow(role, new PolicyStatement({ actions: ['s3:ListBucket'], resources: [files.bucketArn] }));
  const writes = actions.includes('s3:PutObject');
  allowKey(role, key, 's3', writes ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt']);
}

/** The key, as long as this service uses it for the role. */
export function allowKey(role: IRole, key: IKey, service: string, actions: readonly string[]): void {
  allow(
    role,
    new PolicyStatement({
      actions: [...actions],
      resources: [key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': `${service}.${Stack.of(role).region}.amazonaws.com` },
      },
    }),
  );
}
