import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { type Deployment, nameOf } from '../deployment.ts';

/** One key per stage, changed every year; whoever may use it is said where they are made. */
export function createDataKey(scope: Construct, deployment: Deployment): Key {
  const key = new Key(scope, 'DataKey', {
    alias: `alias/${nameOf(deployment, 'data')}`,
    description: `Data of agent-engine, stage ${deployment.stage.name}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const { region, account, partition } = Stack.of(scope);
  // Log groups name themselves when they encrypt: only ours may.
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:/${nameOf(deployment, '*')}`,
        },
      },
    }),
  );
  // Alarms and state machines publish to encrypted topics.
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
  );
  return key;
}
