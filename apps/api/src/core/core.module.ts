import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { ApiConfig } from '@agent-engine/config';
import { type Database, openDatabase } from '@agent-engine/models';
import type { Logger } from '@agent-engine/observability';
import { PartitionContext } from '@agent-engine/partition';
import { createSqsClient } from '@agent-engine/queue';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { RequestIdContext } from '../http/request-id.context.ts';
import { AwsSocketContext } from '../sockets/aws-socket.context.ts';
import { CallbackAddress } from '../sockets/callback-address.ts';
import { API_CONFIG, DATABASE, LOGGER } from './core.tokens.ts';

/** What exists once per process and everything may use. */
export interface Core {
  config: ApiConfig;
  logger: Logger;
  partition: PartitionContext;
  requestId: RequestIdContext;
}

@Global()
@Module({})
export class CoreModule implements OnApplicationShutdown {
  @Inject(DATABASE) private readonly database!: Database;
  @Inject(SQSClient) private readonly sqs!: SQSClient;

  static register({ config, logger, partition, requestId }: Core): DynamicModule {
    const providers = [
      { provide: API_CONFIG, useValue: config },
      { provide: LOGGER, useValue: logger },
      { provide: PartitionContext, useValue: partition },
      { provide: RequestIdContext, useValue: requestId },
      { provide: AwsSocketContext, useValue: new AwsSocketContext() },
      { provide: CallbackAddress, useValue: new CallbackAddress(config) },
      { provide: DATABASE, useFactory: () => openDatabase(config.aws, { kind: 'api', logger }) },
      { provide: DynamoDBClient, inject: [DATABASE], useFactory: ({ client }: Database) => client },
      { provide: SQSClient, useFactory: () => createSqsClient(config.aws) },
    ];
    return { module: CoreModule, providers, exports: providers.map(({ provide }) => provide) };
  }

  async onApplicationShutdown(): Promise<void> {
    this.sqs.destroy();
    await this.database.close();
  }
}
