import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { ApiConfig } from '@agent-engine/config';
import { llm, tableName } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import type { Database } from '@agent-engine/models';
import type { Logger } from '@agent-engine/observability';
import { Inject, Injectable } from '@nestjs/common';
import { API_CONFIG, DATABASE, LOGGER } from '../core/core.tokens.ts';

const CACHE_MS = 2_000;
const TIMEOUT_MS = 2_000;

export interface ReadyReport {
  /** `waiting` for a migration to bring the data here. */
  status: 'ready' | 'unavailable' | 'waiting' | 'stopping';
  checks: Record<string, 'up' | 'down'>;
  /** Why it is waiting: `code: sentence`. */
  reason?: string;
}

/** Whether this process can serve: what it depends on answers, and it is not about to stop. */
@Injectable()
export class Readiness {
  @Inject(API_CONFIG) private readonly config!: ApiConfig;
  @Inject(LOGGER) private readonly logger!: Logger;
  @Inject(DATABASE) private readonly database!: Database;
  @Inject(SQSClient) private readonly sqs!: SQSClient;
  private stopping = false;
  private last: { at: number; checks: Promise<ReadyReport['checks']> } | undefined;

  /** From now on no new work should be sent here. */
  stop(): void {
    this.stopping = true;
  }

  async report(): Promise<ReadyReport> {
    if (this.stopping) return { status: 'stopping', checks: {} };
    const elsewhere = await this.elsewhere();
    if (elsewhere)
      return { status: 'waiting', checks: {}, reason: `${elsewhere.code}: ${elsewhere.message}` };
    const checks = await this.checks();
    const up = Object.values(checks).every((state) => state === 'up');
    return { status: up ? 'ready' : 'unavailable', checks };
  }

  /** Why no table may be touched now; undefined when they may be. */
  private async elsewhere(): Promise<AppError | undefined> {
    try {
      await this.database.route?.here();
      return undefined;
    } catch (error) {
      return AppError.from(error);
    }
  }

  /** Probers come as they like, the services behind are asked once per {@link CACHE_MS}. */
  private checks(): Promise<ReadyReport['checks']> {
    const now = performance.now();
    if (!this.last || now - this.last.at > CACHE_MS) this.last = { at: now, checks: this.check() };
    return this.last.checks;
  }

  private async check(): Promise<ReadyReport['checks']> {
    const { dynamodb, sqs } = this.config.aws;
    const within = () => ({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
    const table = new DescribeTableCommand({ TableName: tableName(llm, dynamodb) });
    const queue = new GetQueueAttributesCommand({ QueueUrl: sqs.taskQueueUrl });
    const [dynamodbState, queueState] = await Promise.all([
      this.state('dynamodb', this.database.client.send(table, within())),
      // Without a queue nothing can be asked, but everything can be read and administered.
      sqs.taskQueueUrl ? this.state('queue', this.sqs.send(queue, within())) : undefined,
    ]);
    return { dynamodb: dynamodbState, ...(queueState && { queue: queueState }) };
  }

  private async state(name: string, probe: Promise<unknown>): Promise<'up' | 'down'> {
    try {
      await probe;
      return 'up';
    } catch (err) {
      this.logger.warn({ err, dependency: name }, 'dependency does not answer');
      return 'down';
    }
  }
}
