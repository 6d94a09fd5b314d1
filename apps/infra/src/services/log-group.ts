import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';

const RETENTION: Record<Stage['logDays'], RetentionDays> = {
  7: RetentionDays.ONE_WEEK,
  30: RetentionDays.ONE_MONTH,
  90: RetentionDays.THREE_MONTHS,
};

/** @param name begins as all names of the stage do: the key admits no other log groups */
export function createLogGroup(
  scope: Construct,
  id: string,
  { name, days, key }: { name: string; days: Stage['logDays']; key: IKey },
): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName: `/${name}`,
    retention: RETENTION[days],
    encryptionKey: key,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
