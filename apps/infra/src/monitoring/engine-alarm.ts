import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type Deployment, nameOf } from '../deployment.ts';

export interface AlarmDefinition {
  /** Also the heading in docs/operations.md that says what to do. */
  name: string;
  what: string;
  metric: IMetric;
  /** Above this it is an alarm. */
  above: number;
  /** So many periods in a row. */
  periods?: number;
}

export function createAlarm(
  scope: Construct,
  id: string,
  deployment: Deployment,
  { name, what, metric, above, periods = 1 }: AlarmDefinition,
): Alarm {
  return new Alarm(scope, id, {
    alarmName: nameOf(deployment, name),
    alarmDescription: `${what} docs/operations.md#${name} says what to do.`,
    metric,
    threshold: above,
    evaluationPeriods: periods,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
