import { createHash } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { AppError } from '@agent-engine/errors';
import { encodeTaskMessage, type TaskMessage } from './task-message.ts';

/** Puts questions into the queue. The questions of one thread are answered one after the other. */
export class TaskSender {
  private readonly client: SQSClient;
  private readonly queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.client = client;
    this.queueUrl = queueUrl;
  }

  /**
   * Sent twice (a retry after a lost answer), a message is still delivered once; with `again` it comes once more.
   * @throws AppError `queue.unavailable`
   */
  async send(message: TaskMessage, again?: 'again'): Promise<void> {
    try {
      await this.client.send(
        new SendMessageCommand({
          QueueUrl: this.queueUrl,
          MessageBody: encodeTaskMessage(message),
          MessageGroupId: messageGroup(message),
          MessageDeduplicationId: [message.asyncTaskUuid, again].join(''),
        }),
      );
    } catch (cause) {
      throw new AppError('queue.unavailable', 'The question could not be queued. Try again.', { cause });
    }
  }
}

/** A digest: clients choose thread ids, and SQS takes neither every character nor every length. */
export function messageGroup({ endpointId, partId, threadUuid }: TaskMessage): string {
  return createHash('sha256')
    .update(JSON.stringify([endpointId, partId, threadUuid]))
    .digest('hex');
}
