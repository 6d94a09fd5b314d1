import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { ApiConfig } from '@agent-engine/config';
import { dynamoDbClient } from '@agent-engine/models';
import type { Logger } from '@agent-engine/observability';
import { PartitionContext } from '@agent-engine/partition';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { RequestIdContext } from '../http/request-id.context.ts';
import { CallbackAddress } from '../sockets/callback-address.ts';
import { API_CONFIG, LOGGER } from './core.tokens.ts';

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
  @Inject(DynamoDBClient) private readonly dynamoDb!: DynamoDBClient;
  @Inject(SQSClient) private readonly sqs!: SQSClient;

  static register({ config, logger, partition, requestId }: Core): DynamicModule {
    const { region, sqs } = config.aws;
    const providers = [
      { provide: API_CONFIG, useValue: config },
      { provide: LOGGER, useValue: logger },
      { provide: PartitionContext, useValue: partition },
      { provide: RequestIdContext, useValue: requestId },
      { provide: CallbackAddress, useValue: new CallbackAddress(config) },
      {
        provide: DynamoDBClient,
        useFactory: () => dynamoDbClient(config.aws),
      },
      { provide: SQSClient, useFactory: () => new SQSClient({ region, endpoint: sqs.endpoint }) },
    ];
    return { module: CoreModule, providers, exports: providers.map(({ provide }) => provide) };
  }

  onApplicationShutdown(): void {
    this.dynamoDb.destroy();
    this.sqs.destroy();
  }
}
