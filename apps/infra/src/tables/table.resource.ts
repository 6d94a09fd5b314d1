import type { TableProperties } from '@agent-engine/entities';
import { CfnDeletionPolicy } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { StageTable } from './stage-tables.ts';

/** Kept when its stack goes, protected from deletion, and restorable to any second of the last 35 days. */
export function createTable(scope: Construct, table: StageTable, keyArn: string): CfnTable {
  const { id, properties, followed, timeToLive } = table;
  const resource = new CfnTable(scope, id, {
    tableName: properties.TableName,
    billingMode: properties.BillingMode,
    attributeDefinitions: properties.AttributeDefinitions.map(({ AttributeName, AttributeType }) => ({
      attributeName: AttributeName,
      attributeType: AttributeType,
    })),
    keySchema: keySchema(properties.KeySchema),
    localSecondaryIndexes: properties.LocalSecondaryIndexes?.map(index),
    globalSecondaryIndexes: properties.GlobalSecondaryIndexes?.map(index),
    deletionProtectionEnabled: true,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    sseSpecification: { sseEnabled: true, sseType: 'KMS', kmsMasterKeyId: keyArn },
    ...(followed && { streamSpecification: { streamViewType: 'NEW_AND_OLD_IMAGES' } }),
    ...(timeToLive && {
      timeToLiveSpecification: { attributeName: timeToLive.AttributeName, enabled: timeToLive.Enabled },
    }),
  });
  resource.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
  resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  return resource;
}

type IndexProperties = NonNullable<TableProperties['LocalSecondaryIndexes']>[number];

const keySchema = (keys: TableProperties['KeySchema']) =>
  keys.map(({ AttributeName, KeyType }) => ({ attributeName: AttributeName, keyType: KeyType }));

const index = ({ IndexName, KeySchema, Projection }: IndexProperties) => ({
  indexName: IndexName,
  keySchema: keySchema(KeySchema),
  projection: { projectionType: Projection.ProjectionType },
});
