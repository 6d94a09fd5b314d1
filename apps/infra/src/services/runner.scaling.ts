import { Duration, Stack } from 'aws-cdk-lib';
import {
  AdjustmentType,
  CfnScalingPolicy,
  MetricAggregationType,
} from 'aws-cdk-lib/aws-applicationautoscaling';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Deployment } from '../deployment.ts';

/** Share of a task's places that is taken when there are as many tasks as there should be. */
const FULL = 0.7;
/** Questions that wait so long call for more tasks at once, whatever the counts say. */
const WAITING_SECONDS = 10;

interface Scaled {
  deployment: Deployment;
  queue: Queue;
}

/** As many runners as questions wait or run, and more when they wait although there should be enough. */
export function scaleRunner(service: FargateService, { deployment, queue }: Scaled): void {
  const { tasks } = deployment.stage.runner;
  const scaling = service.autoScaleTaskCount({ minCapacity: tasks.min, maxCapacity: tasks.max });
  scaling.scaleOnMetric('Age', {
    metric: queue.metricApproximateAgeOfOldestMessage({
      period: Duration.minutes(1),
      statistic: Stats.MAXIMUM,
    }),
    scalingSteps: [
      { upper: WAITING_SECONDS, change: 0 },
      { lower: WAITING_SECONDS, change: 20 },
      { lower: 6 * WAITING_SECONDS, change: 100 },
    ],
    adjustmentType: AdjustmentType.PERCENT_CHANGE_IN_CAPACITY,
    minAdjustmentMagnitude: 1,
    metricAggregationType: MetricAggregationType.MAXIMUM,
    cooldown: Duration.minutes(1),
  });
  const depth = scaleOnDepth(service, { deployment, queue });
  depth.node.addDependency(scaling);
}

/** Tracks questions per task; slow to take tasks away, since these have to finish first. */
function scaleOnDepth(service: FargateService, { deployment, queue }: Scaled): CfnScalingPolicy {
  const { cluster, serviceName } = service;
  const ofQueue = (id: string, metricName: string) => ({
    id,
    returnData: false,
    metricStat: {
      stat: 'Maximum',
      metric: {
        namespace: 'AWS/SQS',
        metricName,
        dimensions: [{ name: 'QueueName', value: queue.queueName }],
      },
    },
  });
  return new CfnScalingPolicy(Stack.of(service), 'RunnerDepth', {
    policyName: 'questions-per-task',
    policyType: 'TargetTrackingScaling',
    serviceNamespace: 'ecs',
    scalableDimension: 'ecs:service:DesiredCount',
    resourceId: `service/${cluster.clusterName}/${serviceName}`,
    targetTrackingScalingPolicyConfiguration: {
      targetValue: deployment.stage.runner.runsPerTask * FULL,
      scaleOutCooldown: 60,
      scaleInCooldown: 300,
      customizedMetricSpecification: {
        metrics: [
          ofQueue('waiting', 'ApproximateNumberOfMessagesVisible'),
          ofQueue('running', 'ApproximateNumberOfMessagesNotVisible'),
          {
            id: 'tasks',
            returnData: false,
            metricStat: {
              stat: 'Average',
              metric: {
                namespace: 'ECS/ContainerInsights',
                metricName: 'RunningTaskCount',
                dimensions: [
                  { name: 'ClusterName', value: cluster.clusterName },
                  { name: 'ServiceName', value: serviceName },
                ],
              },
            },
          },
          {
            id: 'perTask',
            expression: '(waiting + running) / IF(tasks > 0, tasks, 1)',
            label: 'Questions per runner task',
            returnData: true,
          },
        ],
      },
    },
  });
}
