import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ApiConfig } from '@agent-engine/config';
import { createModels, Models } from '@agent-engine/models';
import { Global, Module } from '@nestjs/common';
import { API_CONFIG } from '../core/core.tokens.ts';

@Global()
@Module({
  providers: [
    {
      provide: Models,
      inject: [API_CONFIG, DynamoDBClient],
      useFactory: (config: ApiConfig, client: DynamoDBClient) => createModels(config.aws, client),
    },
  ],
  exports: [Models],
})
export class DataModule {}
