import type { PartitionContext } from '@agent-engine/partition';
import { type Provider, Scope } from '@nestjs/common';
import { CONTEXT } from '@nestjs/graphql';
import { type Tenant, TENANT } from './chain.ts';

/** What GraphQL hands the request-scoped provider; ours takes the partition from around the operation. */
export interface OperationContext {
  tenant: Tenant;
}

/** What the engine has: one instance for all requests. */
export const contextTenancy = (partition: PartitionContext): Provider => ({
  provide: TENANT,
  useValue: partition,
});

/** The textbook way, kept here only to be measured: an instance per request, and of all that depend on it. */
export const requestScopeTenancy: Provider = {
  provide: TENANT,
  // eslint-disable-next-line no-restricted-syntax -- the very thing the rule warns of, to measure what it costs
  scope: Scope.REQUEST,
  inject: [CONTEXT],
  useFactory: ({ tenant }: OperationContext): Tenant => ({ key: tenant.key }),
};
