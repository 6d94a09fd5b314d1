import { Stack, type StackProps } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  type CfnAlarm,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  MathExpression,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type Deployment, nameOf } from '../deployment.ts';
import type { MigrationMetrics } from '../migration/migration.metrics.ts';
import type { ServicesStack } from '../services/services.stack.ts';

const WIDTH = 8;

/** One page that says how the stage is. */
export class MonitoringStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    deployment: Deployment,
    { services, migration }: { services: ServicesStack; migration?: MigrationMetrics },
    props: StackProps,
  ) {
    super(scope, id, props);
    const { api, runner } = services.alarms;
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: nameOf(deployment, 'overview') });
    const alarms = [...api.alarms, ...runner.alarms, ...(migration?.alarms ?? [])];
    dashboard.addWidgets(
      new AlarmStatusWidget({
        title: 'Alarms',
        width: 3 * WIDTH,
        alarms: alarms.map((alarm) => this.byName(alarm)),
      }),
    );
    dashboard.addWidgets(
      graph('Requests per minute', [api.metrics.requests], [api.metrics.serverErrors, api.metrics.errors]),
      graph('Seconds per request', [api.metrics.p50, api.metrics.p99]),
      graph('Questions', [runner.metrics.waiting, runner.metrics.running], [runner.metrics.age]),
    );
    dashboard.addWidgets(
      graph('Failed runs, dead letters', [runner.metrics.failedRuns, runner.metrics.deadLetters]),
      graph('Tasks’ CPU in %', [
        services.services.api.metricCpuUtilization({ label: 'api' }),
        services.services.runner.metricCpuUtilization({ label: 'agent-runner' }),
      ]),
      graph('Throttled calls of tables', [throttled(deployment)]),
    );
    if (!migration) return;
    const { lag, quarantine, gaps } = migration.metrics;
    dashboard.addWidgets(
      graph('Migration: seconds behind', [lag]),
      graph('Migration: quarantine, gaps', [quarantine, gaps]),
    );
  }

  /** By name: a widget must not keep the stack of its alarm from changing. */
  private byName(alarm: Alarm): IAlarm {
    const { alarmName } = alarm.node.defaultChild as CfnAlarm;
    return Alarm.fromAlarmName(this, alarm.node.id, alarmName ?? '');
  }
}

const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
  new GraphWidget({ title, width: WIDTH, left, right });

/** All tables of the stage at once, whichever there are. */
function throttled({ stage }: Deployment): MathExpression {
  const search = `{AWS/DynamoDB,TableName,Operation} MetricName="ThrottledRequests" "${stage.tables.tablePrefix}"`;
  return new MathExpression({ expression: `SEARCH('${search}', 'Sum', 60)`, label: '', usingMetrics: {} });
}
