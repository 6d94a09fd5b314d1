import type { IncomingMessage } from 'node:http';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { finishSchema, type GraphqlContext, MAX_TOKENS, queryLimits } from '@agent-engine/graphql';
import { createLoaders } from '@agent-engine/loaders';
import { Models } from '@agent-engine/models';
import { PartitionContext } from '@agent-engine/partition';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { AskModule } from '../ask/ask.module.ts';
import { DataModule } from '../data/data.module.ts';
import { EntitiesModule } from '../entities/entities.module.ts';
import { FilesModule } from '../files/files.module.ts';
import { requestIdentity } from '../http/request-identity.ts';
import { formatError } from './format-error.ts';
import { OperationErrorsPlugin } from './operation-errors.plugin.ts';
import { PingResolver } from './ping.resolver.ts';

/** The schema and how operations run. `resolvers` of entities and questions come from their own modules. */
@Module({
  imports: [
    DataModule,
    EntitiesModule,
    AskModule,
    FilesModule,
    GraphQLModule.forRootAsync<ApolloDriverConfig>({
      driver: ApolloDriver,
      inject: [Models, PartitionContext],
      useFactory: (models: Models, partition: PartitionContext) => ({
        autoSchemaFile: true,
        transformSchema: finishSchema,
        context: ({ req }: { req: IncomingMessage }): GraphqlContext => ({
          partition: partition.current,
          loaders: createLoaders(models, partition.current),
          identity: requestIdentity(req),
        }),
        validationRules: [queryLimits],
        parseOptions: { maxTokens: MAX_TOKENS },
        // Cache hints would wrap every field of every row, and nobody reads them.
        plugins: [ApolloServerPluginCacheControlDisabled()],
        formatError,
        includeStacktraceInErrorResponses: false,
        introspection: true,
        graphiql: false,
        playground: false,
        // Requests carry credentials in headers that browsers preflight: the gateway refuses others.
        csrfPrevention: false,
        stopOnTerminationSignals: false,
      }),
    }),
  ],
  providers: [PingResolver, OperationErrorsPlugin],
  exports: [AskModule],
})
export class GraphqlApiModule {}
