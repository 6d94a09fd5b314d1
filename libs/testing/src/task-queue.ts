import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { MAX_RECEIVES } from '@agent-engine/queue';
import { localSqs } from './local-clients.ts';

export interface TaskQueue {
  queueUrl: string;
  deadLetterQueueUrl: string;
}

/**
 * Makes `tasks.fifo` with its dead-letter queue `tasks-dlq.fifo`, or brings existing ones to these settings.
 * @param sqs a client, or the endpoint of the emulator
 */
export async function createTaskQueue(
  sqs: SQSClient | string,
  {
    visibilityTimeoutSeconds = 20,
    maxReceives = MAX_RECEIVES,
  }: { visibilityTimeoutSeconds?: number; maxReceives?: number } = {},
): Promise<TaskQueue> {
  const client = typeof sqs === 'string' ? localSqs(sqs) : sqs;
  const deadLetterQueueUrl = await fifo(client, 'tasks-dlq.fifo', {});
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterQueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const redrive = { deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: maxReceives };
  const queueUrl = await fifo(client, 'tasks.fifo', {
    VisibilityTimeout: String(visibilityTimeoutSeconds),
    RedrivePolicy: JSON.stringify(redrive),
  });
  return { queueUrl, deadLetterQueueUrl };
}

async function fifo(client: SQSClient, name: string, settings: Record<string, string>): Promise<string> {
  // Settings go in a second step: creating an existing queue with other settings is an error.
  const { QueueUrl } = await client.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { FifoQueue: 'true' } }),
  );
  if (QueueUrl === undefined) throw new Error(`Queue ${name} has no URL.`);
  if (Object.keys(settings).length > 0) {
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: settings }));
  }
  return QueueUrl;
}
