import { entities, tableProperties, type TableNaming } from '@agent-engine/entities';
import { CfnDeletionPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

export interface TablesStackProps extends StackProps {
  naming: TableNaming;
}

/**
 * Every table of the engine, from the definitions: the very tables that tests and the local stack create. They are
 * kept when the stack goes, and can be restored to any second of the last 35 days.
 */
export class TablesStack extends Stack {
  constructor(scope: Construct, id: string, { naming, ...props }: TablesStackProps) {
    super(scope, id, props);
    for (const definition of entities) {
      const properties = tableProperties(definition, naming);
      const table = new CfnTable(this, `${definition.typeName}Table`, {
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
        // A tenant table can be re-keyed live only if its changes can be followed.
        ...(definition.scope === 'partition' && {
          streamSpecification: { streamViewType: 'NEW_AND_OLD_IMAGES' },
        }),
      });
      table.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
      table.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    }
  }
}

type Properties = ReturnType<typeof tableProperties>;
type IndexProperties = NonNullable<Properties['LocalSecondaryIndexes']>[number];

const keySchema = (keys: Properties['KeySchema']) =>
  keys.map(({ AttributeName, KeyType }) => ({ attributeName: AttributeName, keyType: KeyType }));

const index = ({ IndexName, KeySchema, Projection }: IndexProperties) => ({
  indexName: IndexName,
  keySchema: keySchema(KeySchema),
  projection: { projectionType: Projection.ProjectionType },
});
