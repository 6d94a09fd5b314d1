export { createEgressGuard, type EgressGuard } from './egress/guarded-fetch.ts';
