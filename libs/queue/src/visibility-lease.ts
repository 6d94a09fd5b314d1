import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { AppError } from '@agent-engine/errors';

/** Errors after which the message belongs to somebody else, or to nobody. */
const LOST = new Set([
  'MessageNotInflight',
  'ReceiptHandleIsInvalid',
  'InvalidParameterValue',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
]);

export interface LeaseOptions {
  client: SQSClient;
  queueUrl: string;
  receiptHandle: string;
  visibilityTimeoutMs: number;
}

/** Keeps a received message hidden from other consumers while it is worked on. */
export class VisibilityLease {
  /** Aborts when the message may be delivered to another consumer: whoever works on it has to stop. */
  readonly lost: AbortSignal;
  private readonly options: LeaseOptions;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private heldUntil: number;

  constructor(options: LeaseOptions) {
    this.options = options;
    this.lost = this.controller.signal;
    this.heldUntil = performance.now() + options.visibilityTimeoutMs;
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

  private async renew(): Promise<void> {
    const asked = performance.now();
    try {
      await this.change(this.options.visibilityTimeoutMs);
      this.heldUntil = asked + this.options.visibilityTimeoutMs;
    } catch (error) {
      // Unreachable is not lost yet: the next renewal may still be in time.
      if (!LOST.has((error as Error).name) && performance.now() < this.heldUntil) return;
      this.stop();
      this.controller.abort(
        new AppError('queue.unavailable', 'The question was passed on to another runner.', { cause: error }),
      );
    }
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
