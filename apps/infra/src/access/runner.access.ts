import { entities, internalEntities } from '@agent-engine/entities';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { ServiceContext } from '../services/service-context.ts';
import { allow, allowFiles, allowKeyThroughDynamoDb, allowQueue, allowWide } from './grants.ts';
import { TableAccess } from './table-access.ts';

/** What a run leaves behind. What people set up (agents, prompts, servers) it reads and never writes. */
const recorded = [
  ...entities.filter(({ scope }) => scope === 'child' || scope === 'row'),
  ...internalEntities,
];

/** The runner takes questions and records answers; it can neither ask, nor delete, nor change what was set up. */
export function allowRunner(role: IRole, { deployment, data, files, key, sockets }: ServiceContext): void {
  const stack = Stack.of(role);
  const tables = new TableAccess(stack, deployment.stage);
  tables.allowRead(role);
  allow(role, ...tables.write(recorded));
  if (deployment.stage.migration) allow(role, ...tables.followMigration(deployment.stage.migration.id));
  allowKeyThroughDynamoDb(role, key);
  allowQueue(role, data.tasks.queue, key, 'receive');
  allowQueue(role, data.tasks.deadLetters, key, 'setAside');
  allowFiles(role, files, key, 's3:GetObject', 's3:PutObject');
  sockets.allowPush(role);
  // What agents' settings refer to, under the prefixes that the runner allows unless it is told of others.
  const secrets = new PolicyStatement({
    actions: ['ssm:GetParameter', 'secretsmanager:GetSecretValue'],
    resources: [
      stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: 'agent-engine/*' }),
      stack.formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        resourceName: 'agent-engine/*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
  });
  allowWide(role, 'Which tenant a secret is of says its name, and the runner sees to that.', secrets);
  // Models of Bedrock for agents that bring no account of their own.
  const models = new PolicyStatement({
    actions: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
    resources: [
      `arn:${stack.partition}:bedrock:*::foundation-model/anthropic.*`,
      stack.formatArn({ service: 'bedrock', resource: 'inference-profile', resourceName: '*.anthropic.*' }),
    ],
  });
  allowWide(role, 'Which model, and in which regions its profile runs, is what agents are set to.', models);
}
