import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { MAX_RECEIVES } from '@agent-engine/queue';
import type { Construct } from 'constructs';
import { type Deployment, nameOf } from '../deployment.ts';

/** Seconds a question stays with a runner that no longer says it is alive. */
export const VISIBILITY_SECONDS = 12;

/**
 * Questions, one message group per thread. What nobody can handle waits two weeks for a person.
 * Throughput is counted per thread, so no number of threads is too many for one queue.
 */
export function createTaskQueue(scope: Construct, deployment: Deployment, key: Key) {
  const common = {
    fifo: true,
    deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
    fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
    encryption: QueueEncryption.KMS,
    encryptionMasterKey: key,
    // Fewer calls to the key than the default of five minutes; its use by SQS is not what is audited.
    dataKeyReuse: Duration.hours(1),
    enforceSSL: true,
    removalPolicy: RemovalPolicy.RETAIN,
  };
  const deadLetters = new Queue(scope, 'DeadLetters', {
    ...common,
    queueName: `${nameOf(deployment, 'tasks-dlq')}.fifo`,
    retentionPeriod: Duration.days(14),
  });
  const queue = new Queue(scope, 'Tasks', {
    ...common,
    queueName: `${nameOf(deployment, 'tasks')}.fifo`,
    visibilityTimeout: Duration.seconds(VISIBILITY_SECONDS),
    retentionPeriod: Duration.days(4),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_RECEIVES },
  });
  return { queue, deadLetters };
}
