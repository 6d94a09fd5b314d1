import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { AWS_PATIENCE } from '@agent-engine/config';
import { AppError, type ErrorCode } from '@agent-engine/errors';
import type { Logger } from '@agent-engine/observability';
import { DeadLetters } from './dead-letters.ts';
import { decodeTaskMessage, type TaskMessage } from './task-message.ts';
import { VisibilityLease } from './visibility-lease.ts';

/**
 * The queue's redrive policy: it must not set a question aside that is still open, so it is the most SQS takes.
 * Messages that nobody can deal with are set aside by the consumer, with the reason.
 */
export const MAX_RECEIVES = 1000;

/** Then a task that fails in a way nobody has thought of is set aside. */
const MAX_UNEXPECTED_FAILURES = 10;

/** What a message itself is to blame for: it would fail the same way for ever. */
const UNREADABLE = new Set<string>(['message.malformed', 'partition.invalid'] satisfies ErrorCode[]);
/** What passes. */
const PASSING = new Set<string>([
  'storage.unavailable',
  'queue.unavailable',
  'run.interrupted',
  'service.stopping',
] satisfies ErrorCode[]);

/** Most messages SQS hands out at once. */
const BATCH = 10;
/** How long a poll waits. One that dies with its process may still take a message, which costs it a delivery. */
const POLL_SECONDS = 5;

/** How often a consumer that may not work looks whether it may. */
const IDLE_MS = 250;
/** Until a message given back by one that may not work is delivered again: by then the others have stopped polling too. */
const SET_ASIDE_MS = POLL_SECONDS * 1_000 + 2_000;

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 15_000;

export interface ReceivedTask {
  message: TaskMessage;
  /** From 1; more than 1 after a runner died or gave the message back. */
  receiveCount: number;
  /** By the queue's clock, in milliseconds since 1970. */
  sentAt: number;
  /** Aborts when this consumer has to stop. That the message was delivered to another one meanwhile it does not say. */
  signal: AbortSignal;
}

export interface TaskConsumerOptions {
  client: SQSClient;
  queueUrl: string;
  /** Messages worked on at the same time. */
  concurrency: number;
  visibilityTimeoutMs: number;
  /** Resolves when the message is dealt with for good; rejects to have it delivered again. */
  handle: (task: ReceivedTask) => Promise<void>;
  /** Whether work can be done at all at the moment; as long as it cannot, messages are left to the queue. */
  mayWork?: () => Promise<boolean>;
  logger: Logger;
}

/** Takes questions from the queue and keeps them while they are answered. */
export class TaskConsumer {
  private readonly options: TaskConsumerOptions;
  private readonly polling = new AbortController();
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private readonly deadLetters: DeadLetters;
  private polled: Promise<void> | undefined;
  private reachable = false;

  constructor(options: TaskConsumerOptions) {
    this.options = options;
    this.deadLetters = new DeadLetters(options.client, options.queueUrl);
  }

  /** True while the queue answers. */
  get isReady(): boolean {
    return this.reachable && !this.polling.signal.aborted;
  }

  start(): void {
    this.polled ??= this.poll();
  }

  /** Takes no more; what is still unfinished after `graceMs` is given back for others to start over. */
  async stop(graceMs: number): Promise<void> {
    this.polling.abort();
    await this.polled;
    const finished = Promise.all(this.running);
    await Promise.race([finished, delay(graceMs, undefined, { ref: false })]);
    this.stopping.abort(new AppError('service.stopping', 'The runner is shutting down.'));
    await Promise.all(this.running);
  }

  private async poll(): Promise<void> {
    const { signal } = this.polling;
    let backoffMs = FIRST_BACKOFF_MS;
    while (!signal.aborted) {
      try {
        if (!(await this.mayWork())) {
          this.reachable = false;
          await delay(IDLE_MS, undefined, { signal });
          continue;
        }
        const free = this.options.concurrency - this.running.size;
        if (free <= 0) await Promise.race(this.running);
        else
          for (const group of byGroup(await this.receive(Math.min(free, BATCH), signal))) this.begin(group);
        backoffMs = FIRST_BACKOFF_MS;
      } catch (error) {
        if (signal.aborted) return;
        this.reachable = false;
        this.options.logger.error({ err: error, backoffMs }, 'the queue cannot be read');
        await delay(backoffMs, undefined, { signal }).catch(() => {});
        backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
      }
    }
  }

  private async receive(count: number, signal: AbortSignal): Promise<Message[]> {
    const { client, queueUrl, visibilityTimeoutMs } = this.options;
    const { Messages: messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: count,
        WaitTimeSeconds: POLL_SECONDS,
        VisibilityTimeout: Math.ceil(visibilityTimeoutMs / 1_000),
        MessageSystemAttributeNames: ['ApproximateReceiveCount', 'MessageGroupId', 'SentTimestamp'],
      }),
      { abortSignal: signal, requestTimeout: POLL_SECONDS * 1_000 + AWS_PATIENCE.requestTimeout },
    );
    this.reachable = true;
    return messages;
  }

  private async mayWork(): Promise<boolean> {
    return (await this.options.mayWork?.()) ?? true;
  }

  private begin(group: readonly Message[]): void {
    const work = this.workThrough(group).finally(() => this.running.delete(work));
    this.running.add(work);
  }

  /** Messages of one group came together: the second waits for the first, and returns with it if that one does. */
  private async workThrough(group: readonly Message[]): Promise<void> {
    const { client, queueUrl, visibilityTimeoutMs, logger } = this.options;
    const held = group.map((message) => ({
      message,
      lease: new VisibilityLease({
        client,
        queueUrl,
        receiptHandle: message.ReceiptHandle ?? '',
        visibilityTimeoutMs,
      }),
    }));
    let broken = false;
    for (const { message, lease } of held) {
      try {
        if (broken || this.stopping.signal.aborted) await lease.release();
        else broken = !(await this.work(message, lease));
      } catch (error) {
        broken = true;
        logger.error(
          { err: error, messageId: message.MessageId },
          'a message could not be given back or removed',
        );
      } finally {
        lease.stop();
      }
    }
  }

  /** @returns whether the message is dealt with */
  private async work(message: Message, lease: VisibilityLease): Promise<boolean> {
    const { handle, logger } = this.options;
    const receiveCount = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
    const log = logger.child({ messageId: message.MessageId, receiveCount });
    if (!(await this.mayWork())) {
      await lease.release(SET_ASIDE_MS);
      return false;
    }
    try {
      const task = decodeTaskMessage(message.Body ?? '');
      const sentAt = Number(message.Attributes?.SentTimestamp ?? 0);
      await handle({ message: task, receiveCount, sentAt, signal: this.stopping.signal });
    } catch (error) {
      if (!isHopeless(error, receiveCount)) {
        log.error({ err: error }, 'a task has to be delivered again');
        // What is being moved is not there to be tried again at once.
        if (AppError.is(error, 'migration.')) await lease.release(SET_ASIDE_MS);
        else if (this.stopping.signal.aborted) await lease.release();
        return false;
      }
      log.error({ err: error }, 'a message was set aside');
      const { code, message: why } = AppError.from(error);
      await this.deadLetters.add(message, `${code}: ${why}`);
    }
    lease.stop();
    await this.options.client.send(
      new DeleteMessageCommand({ QueueUrl: this.options.queueUrl, ReceiptHandle: message.ReceiptHandle }),
    );
    return true;
  }
}

function isHopeless(error: unknown, receiveCount: number): boolean {
  const { code } = AppError.from(error);
  const passes = PASSING.has(code) || code.startsWith('migration.');
  return UNREADABLE.has(code) || (receiveCount >= MAX_UNEXPECTED_FAILURES && !passes);
}

function byGroup(messages: readonly Message[]): Message[][] {
  const groups = Map.groupBy(
    messages,
    ({ Attributes, MessageId }) => Attributes?.MessageGroupId ?? MessageId,
  );
  return [...groups.values()];
}
