import { llm, socketConnectionTable } from '@agent-engine/entities';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib';
import { tableArn } from '../data/data.stack.ts';
import type { ServiceContext } from '../services/service-context.ts';
import { allow, allowFiles, allowKeyThroughDynamoDb, allowQueue } from './grants.ts';
import { TableAccess } from './table-access.ts';

/** The API serves every table to those who may see it; it can neither read the queue nor make or change a table. */
export function allowApi(role: IRole, { deployment, data, files, key, sockets }: ServiceContext): void {
  const stack = Stack.of(role);
  const tables = new TableAccess(stack, deployment.stage);
  const connections = tableArn(stack, socketConnectionTable(deployment.stage.tables).properties);
  tables.allowRead(role);
  allow(
    role,
    ...tables.write(),
    ...tables.delete(),
    tables.describe(llm),
    new PolicyStatement({
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
      resources: [connections],
    }),
  );
  if (deployment.stage.migration) allow(role, ...tables.followMigration(deployment.stage.migration.id));
  allowKeyThroughDynamoDb(role, key);
  allowQueue(role, data.tasks.queue, key, 'send');
  allowFiles(role, files, key, 's3:GetObject', 's3:PutObject');
  sockets.allowPush(role);
}
