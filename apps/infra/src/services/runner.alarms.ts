import { Duration } from 'aws-cdk-lib';
import { type Alarm, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { DataStack } from '../data/data.stack.ts';
import { type Deployment, nameOf } from '../deployment.ts';
import { createAlarm } from '../monitoring/engine-alarm.ts';
import { countLines, engineMetric } from '../monitoring/engine-metric.ts';

/** The line the runner writes for each run that fails. */
const FAILED_RUN = 'a run failed';

export interface RunnerAlarms {
  alarms: Alarm[];
  /** Of those that undo a deployment, as ECS wants them. */
  undoing: string[];
  metrics: Record<'age' | 'waiting' | 'running' | 'deadLetters' | 'failedRuns', IMetric>;
}

/** Failed runs, and questions that wait or were given up. */
export function createRunnerAlarms(
  scope: Construct,
  deployment: Deployment,
  { queue, deadLetters }: DataStack['tasks'],
  logs: LogGroup,
): RunnerAlarms {
  const { alarms: limits } = deployment.stage;
  countLines(scope, 'FailedRunLines', deployment, {
    name: 'FailedRuns',
    logs,
    pattern: FilterPattern.stringValue('$.msg', '=', FAILED_RUN),
    value: '1',
  });
  const most = { period: Duration.minutes(1), statistic: Stats.MAXIMUM };
  const metrics = {
    age: queue.metricApproximateAgeOfOldestMessage(most),
    waiting: queue.metricApproximateNumberOfMessagesVisible(most),
    running: queue.metricApproximateNumberOfMessagesNotVisible(most),
    deadLetters: deadLetters.metricApproximateNumberOfMessagesVisible(most),
    failedRuns: engineMetric(deployment, 'FailedRuns', Stats.SUM),
  };
  return {
    metrics,
    undoing: ['failed-runs', 'queue-age'].map((name) => nameOf(deployment, name)),
    alarms: [
      createAlarm(scope, 'FailedRuns', deployment, {
        name: 'failed-runs',
        what: 'Many questions end without an answer.',
        metric: metrics.failedRuns,
        above: limits.failedRuns,
      }),
      createAlarm(scope, 'QueueAge', deployment, {
        name: 'queue-age',
        what: 'Questions wait too long for a runner.',
        metric: metrics.age,
        above: limits.queueAgeSeconds,
        periods: 3,
      }),
      createAlarm(scope, 'DeadLettered', deployment, {
        name: 'dead-letters',
        what: 'A question was given up by every runner it met.',
        metric: metrics.deadLetters,
        above: 0,
      }),
    ],
  };
}
