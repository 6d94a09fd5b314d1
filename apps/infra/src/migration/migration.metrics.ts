import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { type Alarm, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { EcsTask } from 'aws-cdk-lib/aws-events-targets';
import { FilterPattern, type LogGroup } from 'aws-cdk-lib/aws-logs';
import { entities } from '@agent-engine/entities';
import type { Construct } from 'constructs';
import { type Deployment, nameOf } from '../deployment.ts';
import { createAlarm } from '../monitoring/engine-alarm.ts';
import { countLines, engineMetric } from '../monitoring/engine-metric.ts';
import type { Worker } from './worker.ts';

/** Streams keep changes for 24 hours. */
const LAG_SECONDS = 3_600;
const EVERY = Duration.minutes(5);

export interface MigrationMetrics {
  alarms: Alarm[];
  metrics: Record<'lag' | 'quarantine' | 'gaps', IMetric>;
}

/** Asks for the status of the migration every few minutes; what it says becomes metrics. */
export function watchMigration(
  scope: Construct,
  deployment: Deployment,
  { cluster, worker, logs }: { cluster: ICluster; worker: Worker; logs: LogGroup },
): MigrationMetrics {
  const target = new EcsTask({
    cluster,
    taskDefinition: worker.task,
    securityGroups: [worker.securityGroup],
    containerOverrides: [{ containerName: worker.container.containerName, command: ['status', '--json'] }],
  });
  new Rule(scope, 'AskStatus', {
    ruleName: nameOf(deployment, 'migration-status'),
    schedule: Schedule.rate(EVERY),
    targets: [target],
  });
  const { region, partition } = Stack.of(scope);
  Validations.of(worker.task).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:${partition}:ecs:${region}:*:task/${cluster.clusterName}/*]`,
    reason: 'The tasks it has started; their names are not known before.',
  });
  const logged = (id: string, name: string, field: string, value = field) =>
    countLines(scope, id, deployment, { name, logs, pattern: FilterPattern.exists(field), value });
  for (const { typeName, table, scope: kind } of entities) {
    if (kind !== 'global') logged(`${typeName}Lag`, 'MigrationLagSeconds', `$.tables.${table}.lagSeconds`);
  }
  logged('Quarantine', 'MigrationQuarantine', '$.quarantine');
  logged('Gap', 'MigrationGaps', '$.gap.table', '1');
  const metrics = {
    lag: engineMetric(deployment, 'MigrationLagSeconds', Stats.MAXIMUM),
    quarantine: engineMetric(deployment, 'MigrationQuarantine', Stats.MAXIMUM),
    gaps: engineMetric(deployment, 'MigrationGaps', Stats.SUM),
  };
  return {
    metrics,
    alarms: [
      createAlarm(scope, 'LagAlarm', deployment, {
        name: 'migration-lag',
        what: 'The new tables are far behind the old ones.',
        metric: metrics.lag,
        above: LAG_SECONDS,
        periods: 3,
      }),
      createAlarm(scope, 'QuarantineAlarm', deployment, {
        name: 'migration-quarantine',
        what: 'Rows could not be moved.',
        metric: metrics.quarantine,
        above: 0,
      }),
      createAlarm(scope, 'GapAlarm', deployment, {
        name: 'migration-gap',
        what: 'Changes were lost from a stream.',
        metric: metrics.gaps,
        above: 0,
      }),
    ],
  };
}
