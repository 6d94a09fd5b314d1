import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { type Deployment, nameOf } from '../deployment.ts';

/** Where alarms go. Its subscriber has to confirm once, by mail. */
export function createAlertTopic(scope: Construct, deployment: Deployment, key: IKey): Topic {
  const topic = new Topic(scope, 'Alerts', {
    topicName: nameOf(deployment, 'alerts'),
    masterKey: key,
    enforceSSL: true,
  });
  topic.addSubscription(new EmailSubscription(deployment.config.alarmEmail));
  return topic;
}

/** Told when it begins and when it is over. */
export function alert(topic: ITopic, alarms: readonly Alarm[]): void {
  for (const alarm of alarms) {
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
  }
}
