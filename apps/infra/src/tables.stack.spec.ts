import { entities, tableProperties } from '@agent-engine/entities';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { TablesStack } from './tables.stack.ts';

const naming = { tablePrefix: 'aace-', tenantTableSuffix: '-pk' };
const template = Template.fromStack(new TablesStack(new App(), 'tables', { naming }));
const tables = Object.values(template.findResources('AWS::DynamoDB::Table'));
const propertiesOf = (name: string) =>
  tables.find(({ Properties }) => Properties.TableName === name)?.Properties;

describe.each(entities.map((definition) => [definition.name, definition] as const))(
  'table of %s',
  (_name, definition) => {
    const wanted = tableProperties(definition, naming);

    it('is deployed as tests create it', () => {
      expect(propertiesOf(wanted.TableName)).toMatchObject(wanted);
    });

    it('is protected, restorable and kept', () => {
      expect(tables.find(({ Properties }) => Properties.TableName === wanted.TableName)).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      });
    });

    it('streams both images exactly if its tenant is its hash key', () => {
      const stream = definition.scope === 'partition' ? { StreamViewType: 'NEW_AND_OLD_IMAGES' } : undefined;
      expect(propertiesOf(wanted.TableName)?.StreamSpecification).toEqual(stream);
    });
  },
);

it('deploys nothing else', () => {
  expect(tables).toHaveLength(entities.length);
});
