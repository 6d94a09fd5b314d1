import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type IFilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';

export interface LoggedMetric {
  name: string;
  logs: LogGroup;
  pattern: IFilterPattern;
  /** Field of the line, or a constant. */
  value: string;
}

/** What our own processes say about themselves, read from their logs. */
export const engineMetric = (
  { stage }: Deployment,
  metricName: string,
  statistic: string,
  minutes = 5,
): Metric =>
  new Metric({
    namespace: namespaceOf(stage.name),
    metricName,
    statistic,
    period: Duration.minutes(minutes),
  });

export function countLines(
  scope: Construct,
  id: string,
  { stage }: Deployment,
  { name, logs, pattern, value }: LoggedMetric,
): void {
  new MetricFilter(scope, id, {
    logGroup: logs,
    filterPattern: pattern,
    metricNamespace: namespaceOf(stage.name),
    metricName: name,
    metricValue: value,
  });
}

const namespaceOf = (stage: string) => `AgentEngine/${stage}`;
