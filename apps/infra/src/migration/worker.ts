import { SecurityGroup, type Vpc } from 'aws-cdk-lib/aws-ec2';
import type { ContainerDefinition, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { allowWorker } from '../access/worker.access.ts';
import { type Deployment, nameOf } from '../deployment.ts';
import type { ImagesStack } from '../images/images.stack.ts';
import { createAppTask } from '../services/app-task.ts';
import type { Migration } from '../stages/stage.ts';
import { workerConfig } from './worker-config.ts';

/** A worker reads pages and writes batches: it waits for the database, not for its processor. */
const SIZE = { cpu: 1024, memoryMiB: 2048 } as const;

/** What one command of the worker runs in. */
export interface Worker {
  task: FargateTaskDefinition;
  container: ContainerDefinition;
  securityGroup: SecurityGroup;
}

export interface WorkerProps {
  deployment: Deployment;
  migration: Migration;
  key: IKey;
  images: ImagesStack;
  vpc: Vpc;
  logs: LogGroup;
}

export function createWorker(scope: Construct, props: WorkerProps): Worker {
  const { deployment, migration, key, images, vpc, logs } = props;
  const { task, container } = createAppTask(scope, 'CommandTask', {
    name: nameOf(deployment, 'migration-worker'),
    image: images.imageOf('migration-worker'),
    size: SIZE,
    logs,
    temporaryFiles: true,
    environment: {
      NODE_ENV: 'production',
      AWS_REGION: deployment.config.region,
      MIGRATION_CONFIG: workerConfig(deployment.stage, migration, deployment.config.region),
    },
  });
  allowWorker(task.taskRole, deployment.stage, migration, key);
  const securityGroup = new SecurityGroup(scope, 'WorkerAccess', {
    vpc,
    description: 'Migration workers',
    allowAllOutbound: true,
  });
  return { task, container, securityGroup };
}
