import { PartitionContext } from '@agent-engine/partition';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AbstractGraphQLDriver, GraphQLModule, GraphQLSchemaHost } from '@nestjs/graphql';
import type { GraphQLSchema } from 'graphql';
import { chains } from './chain.ts';
import type { Variant } from './scope.job.ts';
import { contextTenancy, requestScopeTenancy } from './tenancy.ts';

/** As many as the engine has entities. */
const CHAINS = 17;

/** Builds the schema and serves nobody: operations are executed in this process. */
class SchemaOnlyDriver extends AbstractGraphQLDriver {
  start(): Promise<void> {
    return Promise.resolve();
  }
  stop(): Promise<void> {
    return Promise.resolve();
  }
}

export interface SchemaApp {
  schema: GraphQLSchema;
  partition: PartitionContext;
}

export async function createSchemaApp(variant: Variant): Promise<SchemaApp> {
  const partition = new PartitionContext();
  const tenancy = variant.tenancy === 'context' ? contextTenancy(partition) : requestScopeTenancy;

  @Module({
    imports: [GraphQLModule.forRoot({ driver: SchemaOnlyDriver, autoSchemaFile: true })],
    providers: [tenancy, ...chains(CHAINS, variant)],
  })
  class MeasuredModule {}

  const app = await NestFactory.createApplicationContext(MeasuredModule, { logger: false });
  return { schema: app.get(GraphQLSchemaHost).schema, partition };
}
