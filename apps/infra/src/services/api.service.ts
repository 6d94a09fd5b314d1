import { Duration, Validations } from 'aws-cdk-lib';
import {
  AlarmBehavior,
  AlternateTarget,
  DeploymentStrategy,
  FargateService,
  type FargateServiceProps,
  ListenerRuleConfiguration,
} from 'aws-cdk-lib/aws-ecs';
import { Port } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { allowApi } from '../access/api.access.ts';
import { nameOf } from '../deployment.ts';
import type { Stage } from '../stages/stage.ts';
import { API_PORT, createApiTask } from './api.task.ts';
import type { ApiEntrance } from './load-balancer.ts';
import type { ServiceContext } from './service-context.ts';

/** At so many percent of its CPU a task gets help. */
const BUSY_PERCENT = 60;

export function createApi(
  scope: Construct,
  context: ServiceContext & { entrance: ApiEntrance },
): FargateService {
  const { deployment, cluster, entrance, undoing, securityGroup } = context;
  const { tasks, rollout } = deployment.stage.api;
  const { task, container } = createApiTask(scope, context);
  allowApi(task.taskRole, context);
  const service = new FargateService(scope, 'Api', {
    serviceName: nameOf(deployment, 'api'),
    cluster,
    taskDefinition: task,
    securityGroups: [securityGroup],
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    circuitBreaker: { rollback: true },
    deploymentAlarms: { alarmNames: undoing, behavior: AlarmBehavior.ROLLBACK_ON_ALARM },
    ...gradually(rollout),
  });
  const target = service.loadBalancerTarget({
    containerName: container.containerName,
    containerPort: API_PORT,
    ...(rollout !== 'rolling' && {
      alternateTarget: new AlternateTarget('NextVersion', {
        alternateTargetGroup: entrance.targets.next,
        productionListener: ListenerRuleConfiguration.applicationListenerRule(entrance.rule),
      }),
    }),
  });
  Validations.of(service).acknowledge({
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers]',
    reason: 'The policy AWS keeps for ECS to move traffic between target groups.',
  });
  entrance.targets.current.addTarget(target);
  service.node.addDependency(entrance.rule);
  service.connections.allowFrom(entrance.balancer, Port.tcp(API_PORT), 'Clients, through the load balancer');
  service
    .autoScaleTaskCount({ minCapacity: tasks.min, maxCapacity: tasks.max })
    .scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: BUSY_PERCENT });
  return service;
}

/** A few requests go to the new version first; after a quiet while all do, and the old one waits a little longer. */
function gradually(rollout: Stage['api']['rollout']): Partial<FargateServiceProps> {
  if (rollout === 'rolling') return {};
  const stepBakeTime = Duration.minutes(rollout.minutes);
  return {
    deploymentStrategy: DeploymentStrategy.CANARY,
    canaryConfiguration: { stepPercent: rollout.percent, stepBakeTime },
    bakeTime: stepBakeTime,
  };
}
