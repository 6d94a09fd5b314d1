import { type CfnElement, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster } from 'aws-cdk-lib/aws-ecs';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { DefinitionBody, type IChainable, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { allowKey } from '../access/grants.ts';
import type { DataStack } from '../data/data.stack.ts';
import { type Deployment, nameOf } from '../deployment.ts';
import { alert } from '../monitoring/alerts.ts';
import type { ImagesStack } from '../images/images.stack.ts';
import { createLogGroup } from '../services/log-group.ts';
import type { Migration } from '../stages/stage.ts';
import { forwardSteps } from './forward.machine.ts';
import { rollbackSteps } from './rollback.machine.ts';
import { type MigrationMetrics, watchMigration } from './migration.metrics.ts';
import { createWorker } from './worker.ts';

export interface MigrationBelow {
  data: DataStack;
  images: ImagesStack;
  vpc: Vpc;
  alerts: ITopic;
}

/** Moves the data of before partitions: workers, and the state machines that take them forward or back. */
export class MigrationStack extends Stack {
  readonly metrics: MigrationMetrics;

  constructor(
    scope: Construct,
    id: string,
    { deployment, migration, below }: { deployment: Deployment; migration: Migration; below: MigrationBelow },
    props: StackProps,
  ) {
    super(scope, id, props);
    const { data, images, vpc, alerts } = below;
    const clusterName = nameOf(deployment, 'cluster');
    const cluster = Cluster.fromClusterAttributes(this, 'Cluster', { clusterName, vpc });
    const key = data.keyFor(this);
    const logGroup = (logId: string, name: string) =>
      createLogGroup(this, logId, {
        name: nameOf(deployment, name),
        days: deployment.stage.logDays,
        key,
      });
    const workerLogs = logGroup('WorkerLogs', 'migration-worker');
    const worker = createWorker(this, { deployment, migration, key, images, vpc, logs: workerLogs });
    this.metrics = watchMigration(this, deployment, { cluster, worker, logs: workerLogs });
    alert(alerts, this.metrics.alarms);
    const topic = new Topic(this, 'Approvals', {
      topicName: nameOf(deployment, 'migration-approvals'),
      masterKey: key,
      enforceSSL: true,
    });
    topic.addSubscription(new EmailSubscription(deployment.config.alarmEmail));
    const steps = { scope: this, cluster, worker, topic };
    const logs = logGroup('MachineLogs', 'migration-machines');
    const machine = (machineId: string, name: string, first: IChainable, timeout: Duration) =>
      new StateMachine(this, machineId, {
        stateMachineName: nameOf(deployment, name),
        definitionBody: DefinitionBody.fromChainable(first),
        tracingEnabled: true,
        timeout,
        // Not the data that passes between states: task tokens are in it, and who has one can approve.
        logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: false },
      });
    const machines = [
      machine('Forward', 'migration', forwardSteps(steps, migration), Duration.days(90)),
      machine('Back', 'migration-rollback', rollbackSteps(steps), Duration.days(1)),
    ];
    for (const { role } of machines) {
      allowKey(role, key, 'sns', ['kms:Decrypt', 'kms:GenerateDataKey']);
      Validations.of(role).acknowledge(
        {
          id: 'AwsSolutions-IAM5[Resource::*]',
          reason: 'Tracing, log delivery, and tasks once they run: Step Functions has no names for these.',
        },
        {
          id: `AwsSolutions-IAM5[Resource::${anyRevision(this.getLogicalId(worker.task.node.defaultChild as CfnElement))}]`,
          reason: 'Any revision of the one definition: an execution outlives deployments.',
        },
      );
    }
  }
}

/** The revisions of a task definition as cdk-nag spells what the CDK makes of its reference. */
function anyRevision(logicalId: string): string {
  const split = (by: string, index: number, of: object) => ({
    'Fn::Select': [index, { 'Fn::Split': [by, of] }],
  });
  const part = (index: number) => split(':', index, { Ref: logicalId });
  const name = (index: number) => split('/', index, part(5));
  const spelled = (parts: object[], by: string) => parts.map((one) => JSON.stringify(one)).join(by);
  return `arn:${spelled([1, 2, 3, 4].map(part), ':')}:${spelled([0, 1].map(name), '/')}:*`;
}
