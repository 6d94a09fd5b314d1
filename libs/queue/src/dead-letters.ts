import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';

const redrivePolicy = z.object({ deadLetterTargetArn: z.string() });

/** What SQS takes in a message attribute, with room for what it adds. */
const MAX_REASON_CHARS = 1_000;

/** The queue in which messages are kept that nobody can deal with, for a person to look at. */
export class DeadLetters {
  private readonly client: SQSClient;
  private readonly queueUrl: string;
  private url: Promise<string> | undefined;

  /** @param queueUrl of the queue whose redrive policy names the dead-letter queue */
  constructor(client: SQSClient, queueUrl: string) {
    this.client = client;
    this.queueUrl = queueUrl;
  }

  /** Puts a copy there, with the reason as message attribute `reason`; again, it is still one. */
  async add({ Body, Attributes, MessageId }: Message, reason: string): Promise<void> {
    this.url ??= this.find();
    this.url.catch(() => (this.url = undefined));
    await this.client.send(
      new SendMessageCommand({
        QueueUrl: await this.url,
        MessageBody: Body,
        MessageGroupId: Attributes?.MessageGroupId ?? MessageId,
        MessageDeduplicationId: MessageId,
        MessageAttributes: {
          reason: { DataType: 'String', StringValue: reason.slice(0, MAX_REASON_CHARS) },
        },
      }),
    );
  }

  private async find(): Promise<string> {
    const { Attributes } = await this.client.send(
      new GetQueueAttributesCommand({ QueueUrl: this.queueUrl, AttributeNames: ['RedrivePolicy'] }),
    );
    const { deadLetterTargetArn } = redrivePolicy.parse(JSON.parse(Attributes?.RedrivePolicy ?? '{}'));
    const QueueName = deadLetterTargetArn.split(':').at(-1);
    const { QueueUrl } = await this.client.send(new GetQueueUrlCommand({ QueueName }));
    if (QueueUrl === undefined) throw new Error(`The queue ${QueueName} has no URL.`);
    return QueueUrl;
  }
}
