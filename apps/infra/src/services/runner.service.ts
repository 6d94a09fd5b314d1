import { AlarmBehavior, FargateService } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { allowRunner } from '../access/runner.access.ts';
import { nameOf } from '../deployment.ts';
import { VISIBILITY_SECONDS } from '../data/task-queue.ts';
import { createAppTask } from './app-task.ts';
import { scaleRunner } from './runner.scaling.ts';
import type { ServiceContext } from './service-context.ts';
import { sharedEnvironment } from './service-environment.ts';

const HEALTH_PORT = 4001;

export function createRunner(scope: Construct, context: ServiceContext): FargateService {
  const { deployment, data, files, images, cluster, secrets, logs, securityGroup, undoing } = context;
  const { runner } = deployment.stage;
  const { task } = createAppTask(scope, 'RunnerTask', {
    name: nameOf(deployment, 'agent-runner'),
    image: images.imageOf('agent-runner'),
    size: runner,
    logs,
    secrets,
    health: { port: HEALTH_PORT, path: '/health/live' },
    environment: {
      ...sharedEnvironment(deployment, {
        queueUrl: data.tasks.queue.queueUrl,
        bucket: files.bucketName,
      }),
      HEALTH_PORT: String(HEALTH_PORT),
      RUNNER_CONCURRENCY: String(runner.runsPerTask),
      VISIBILITY_TIMEOUT: `${VISIBILITY_SECONDS}s`,
    },
  });
  allowRunner(task.taskRole, context);
  const service = new FargateService(scope, 'Runner', {
    serviceName: nameOf(deployment, 'agent-runner'),
    cluster,
    taskDefinition: task,
    securityGroups: [securityGroup],
    // Old runners go on until new ones take questions; whatever is running then ends where it is.
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    circuitBreaker: { rollback: true },
    deploymentAlarms: { alarmNames: undoing, behavior: AlarmBehavior.ROLLBACK_ON_ALARM },
  });
  scaleRunner(service, { deployment, queue: data.tasks.queue });
  return service;
}
