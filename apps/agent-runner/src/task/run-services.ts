import type {
  CircuitBreakers,
  EgressGuard,
  HandlerRegistry,
  InternalMcp,
  ToolCatalogue,
} from '@agent-engine/agent-handlers';
import type { PartitionFiles } from '@agent-engine/files';
import type { Models } from '@agent-engine/models';
import type { Logger } from '@agent-engine/observability';
import type { PartitionContext } from '@agent-engine/partition';
import type { RunnerMetrics } from '../health/metrics.ts';
import type { Afterwork } from '../run/afterwork.ts';
import type { PushClient } from '../push/push-client.ts';
import type { SecretReferences } from '../secrets/secret-references.ts';

/** What all runs of this process share: nothing in it belongs to a tenant. */
export interface RunServices {
  models: Models;
  handlers: HandlerRegistry;
  breakers: CircuitBreakers;
  catalogue: ToolCatalogue;
  egress: EgressGuard;
  /** Ids of things in the operator's accounts at providers that agents of all tenants may name. */
  sharedProviderObjects: readonly string[];
  secrets: SecretReferences;
  files: PartitionFiles;
  push: PushClient;
  partitions: PartitionContext;
  metrics: RunnerMetrics;
  afterwork: Afterwork;
  logger: Logger;
  internalMcp?: InternalMcp;
  /** How long a run is held by a runner that gives no sign of life. */
  leaseMs: number;
  limits: {
    runDeadlineMs: number;
    toolTimeoutMs: number;
    maxToolRounds: number;
    /** Of one step of the model; absent: as long as the run may take. */
    stepTimeoutMs?: number;
    firstTokenTimeoutMs?: number;
  };
}
