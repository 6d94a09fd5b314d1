import {
  entities,
  legacyTableProperties,
  migrationControlTable,
  tableName,
  tableProperties,
} from '@agent-engine/entities';
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { tableArn } from '../data/data.stack.ts';
import type { Migration, Stage } from '../stages/stage.ts';
import { allow, allowKeyThroughDynamoDb, allowWide } from './grants.ts';

const ROWS = [
  'dynamodb:BatchGetItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PartiQLInsert',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:Scan',
  'dynamodb:UpdateItem',
];
/** Rows of the control table, which a condition keeps to those of one migration. */
const CONTROL = ROWS.filter((action) => !/Scan|PartiQL/.test(action));
/** What preflight looks at, and switching streams on and off, by which a drained stream is proven. */
const TABLE = [
  'dynamodb:DescribeContinuousBackups',
  'dynamodb:DescribeTable',
  'dynamodb:DescribeTimeToLive',
  'dynamodb:UpdateTable',
];
const STREAM = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];

/** The worker moves rows of tenant tables and follows their changes. It neither makes nor deletes a table. */
export function allowWorker(role: IRole, stage: Stage, migration: Migration, key: IKey): void {
  const stack = Stack.of(role);
  const arn = (properties: { TableName: string }) => tableArn(stack, properties);
  const moving = entities.filter(({ scope }) => scope !== 'global');
  const rekeyed = moving.filter(({ scope }) => scope === 'partition');
  const tables = [
    ...moving.map((definition) => arn(tableProperties(definition, stage.tables))),
    ...rekeyed.map((definition) => arn(legacyTableProperties(definition, stage.tables))),
  ];
  const unmoved = entities
    .filter(({ scope }) => scope === 'global')
    .map((definition) => arn({ TableName: tableName(definition, stage.tables) }));
  allow(
    role,
    new PolicyStatement({ actions: [...ROWS, ...TABLE], resources: tables }),
    new PolicyStatement({
      actions: CONTROL,
      resources: [arn(migrationControlTable(stage.tables))],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [migration.id] } },
    }),
    new PolicyStatement({ actions: ['dynamodb:DescribeTable'], resources: unmoved }),
    // Whether another migration is under way is in rows of that one.
    new PolicyStatement({
      actions: ['dynamodb:DescribeTable', 'dynamodb:Scan'],
      resources: [arn(migrationControlTable(stage.tables))],
    }),
    ...fenceStatements(stack, migration),
  );
  allowWide(
    role,
    'Preflight asks whether the database can be reached at all; names of tables are told, nothing of them.',
    new PolicyStatement({ actions: ['dynamodb:ListTables'], resources: ['*'] }),
  );
  allowKeyThroughDynamoDb(role, key);
  allowWide(
    role,
    'A table has one stream at a time, whose name is the time it was switched on.',
    new PolicyStatement({ actions: STREAM, resources: tables.map((table) => `${table}/stream/*`) }),
  );
}

function fenceStatements(stack: Stack, { fence }: Migration): PolicyStatement[] {
  if (!('lambdaConcurrency' in fence)) return [];
  return [
    new PolicyStatement({
      actions: [
        'lambda:DeleteFunctionConcurrency',
        'lambda:GetFunctionConcurrency',
        'lambda:GetFunctionConfiguration',
        'lambda:PutFunctionConcurrency',
      ],
      resources: fence.lambdaConcurrency.map((name) =>
        stack.formatArn({
          service: 'lambda',
          resource: 'function',
          resourceName: name,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ),
    }),
  ];
}
