import { GraphQLSchemaHost } from '@nestjs/graphql';
import { GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import type { Api } from '../create-api.ts';

/** The schema as clients see it, in an order that does not depend on the code's. */
export function schemaText({ app }: Api): string {
  const { schema } = app.get(GraphQLSchemaHost, { strict: false });
  return `${printSchema(lexicographicSortSchema(new GraphQLSchema(schema.toConfig())))}\n`;
}
