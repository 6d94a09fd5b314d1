import { DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { until, type World } from './world.ts';

/** Whether every message is dealt with. */
export async function isQueueEmpty({ sqs, queues: { queueUrl: QueueUrl } }: World): Promise<boolean> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const left = [Attributes?.ApproximateNumberOfMessages, Attributes?.ApproximateNumberOfMessagesNotVisible];
  return left.every((count) => count === '0');
}

/** Takes so many messages out of the dead-letter queue. */
export async function deadLetters(
  { sqs, queues: { deadLetterQueueUrl: QueueUrl } }: World,
  count: number,
): Promise<{ body: string; reason: string | undefined }[]> {
  const letters: { body: string; reason: string | undefined }[] = [];
  await until(async () => {
    const request = { QueueUrl, MessageAttributeNames: ['All'] };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(request));
    for (const { Body: body = '', ReceiptHandle, MessageAttributes } of Messages) {
      letters.push({ body, reason: MessageAttributes?.reason?.StringValue });
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    return letters.length >= count;
  });
  return letters;
}
