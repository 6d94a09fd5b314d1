import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';

export interface LeaseOptions {
  client: SQSClient;
  queueUrl: string;
  receiptHandle: string;
  visibilityTimeoutMs: number;
}

/** Keeps a received message hidden from other consumers while it is worked on, as far as the queue can be reached. */
export class VisibilityLease {
  private readonly options: LeaseOptions;
  private readonly timer: NodeJS.Timeout;

  constructor(options: LeaseOptions) {
    this.options = options;
    this.timer = setInterval(() => void this.renew(), options.visibilityTimeoutMs / 3);
  }

  /** Stops renewing; the message returns when its time is up, unless it is deleted. */
  stop(): void {
    clearInterval(this.timer);
  }

  /** Gives the message to the next consumer, at once or later. */
  async release(afterMs = 0): Promise<void> {
    this.stop();
    await this.change(afterMs);
  }

  /** One that fails is made up for by the next; a message that comes again is the receiver's to recognize. */
  private async renew(): Promise<void> {
    await this.change(this.options.visibilityTimeoutMs).catch(() => {});
  }

  private async change(ms: number): Promise<void> {
    const { client, queueUrl, receiptHandle } = this.options;
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Math.ceil(ms / 1_000),
      }),
    );
  }
}
