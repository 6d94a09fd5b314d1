export { CrudResolver, type CrudOptions, type EntityResolver } from './crud.resolver.ts';
export { DateTime, naiveTime } from './date-time.scalar.ts';
export { finishSchema } from './finish-schema.ts';
export type { GraphqlContext } from './graphql-context.ts';
export { JsonCamelCase, VerbatimJson } from './json-camel-case.scalar.ts';
export { camelKey, camelKeys, snakeKey, snakeKeys } from './key-case.ts';
export { NULLABLE, objectType, payloadType, type TypeOptions } from './object-type.factory.ts';
export { MAX_TOKENS, queryLimits } from './query-limits.ts';
export { MASK } from './secrets.ts';
