import { Duration } from 'aws-cdk-lib';
import { type Alarm, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type ApplicationLoadBalancer, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { FilterPattern, type LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Deployment, nameOf } from '../deployment.ts';
import { createAlarm } from '../monitoring/engine-alarm.ts';
import { countLines, engineMetric } from '../monitoring/engine-metric.ts';

/** pino's number of `error`; `fatal` is above it. */
const ERROR_LEVEL = 50;

export interface ApiAlarms {
  alarms: Alarm[];
  /** Of those that undo a deployment, as ECS wants them. */
  undoing: string[];
  metrics: Record<'requests' | 'p50' | 'p99' | 'serverErrors' | 'errors', IMetric>;
}

/** What says that the API is not well, and that a new version of it shall not stay. */
export function createApiAlarms(
  scope: Construct,
  deployment: Deployment,
  balancer: ApplicationLoadBalancer,
  logs: LogGroup,
): ApiAlarms {
  const { alarms: limits } = deployment.stage;
  countLines(scope, 'ApiErrorLines', deployment, {
    name: 'ApiErrors',
    logs,
    pattern: FilterPattern.numberValue('$.level', '>=', ERROR_LEVEL),
    value: '1',
  });
  const period = Duration.minutes(1);
  const metrics = {
    requests: balancer.metrics.requestCount({ period }),
    p50: balancer.metrics.targetResponseTime({ period, statistic: Stats.percentile(50) }),
    p99: balancer.metrics.targetResponseTime({ period, statistic: Stats.percentile(99) }),
    serverErrors: balancer.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period }),
    // GraphQL answers its errors with 200: those of ours are in the log.
    errors: engineMetric(deployment, 'ApiErrors', Stats.SUM),
  };
  return {
    metrics,
    undoing: ['api-5xx', 'api-errors', 'api-p99'].map((name) => nameOf(deployment, name)),
    alarms: [
      createAlarm(scope, 'ApiServerErrors', deployment, {
        name: 'api-5xx',
        what: 'The API answers with 5xx.',
        metric: metrics.serverErrors,
        above: 5,
        periods: 2,
      }),
      createAlarm(scope, 'ApiErrors', deployment, {
        name: 'api-errors',
        what: 'The API logs errors.',
        metric: metrics.errors,
        above: limits.apiErrors,
      }),
      createAlarm(scope, 'ApiSlow', deployment, {
        name: 'api-p99',
        what: 'One of 100 requests is too slow.',
        metric: metrics.p99,
        above: limits.p99Ms / 1_000,
        periods: 5,
      }),
    ],
  };
}
