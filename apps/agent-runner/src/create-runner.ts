import type { Server } from 'node:http';
import {
  CircuitBreakers,
  createEgressGuard,
  createHandlerRegistry,
  loadCustomHandlers,
  ToolCatalogue,
} from '@agent-engine/agent-handlers';
import type { RunnerConfig } from '@agent-engine/config';
import { PartitionFiles } from '@agent-engine/files';
import { createModels, openDatabase } from '@agent-engine/models';
import { createLogger } from '@agent-engine/observability';
import { PartitionContext } from '@agent-engine/partition';
import { createSqsClient, TaskConsumer } from '@agent-engine/queue';
import { errorFacts } from './error-facts.ts';
import { startHealthServer } from './health/health-server.ts';
import { RunnerMetrics } from './health/metrics.ts';
import { PushClient } from './push/push-client.ts';
import { Afterwork } from './run/afterwork.ts';
import { SecretReferences } from './secrets/secret-references.ts';
import { TaskHandler } from './task/task-handler.ts';

/** So long a runner that stops waits for what nobody else waits for. */
const AFTERWORK_MS = 2_000;

export interface Runner {
  /** Takes no more questions, finishes those it has, gives back what it cannot finish in time. */
  stop(): Promise<void>;
}

/** Puts the process together and begins to take questions. @throws Error when the configuration lacks the queue */
export async function startRunner(config: RunnerConfig): Promise<Runner> {
  const { taskQueueUrl } = config.aws.sqs;
  if (!taskQueueUrl) throw new Error('TASK_QUEUE_URL: must be set, there is nothing to run otherwise.');
  const partitions = new PartitionContext();
  const logger = createLogger({
    name: 'agent-runner',
    level: config.logLevel,
    context: () => {
      const partition = partitions.currentOrNone;
      return partition ? { endpointId: partition.endpointId, partId: partition.partId } : {};
    },
  }).child({}, { serializers: { err: errorFacts } });
  process.on('unhandledRejection', (error) => {
    // Some client of some tenant's server let one go: no reason to end the runs of all others.
    logger.error({ err: error }, 'a rejection nobody handled');
  });

  const database = openDatabase(config.aws, { kind: 'runner', logger });
  const { route } = database;
  const egress = createEgressGuard(config.egressAllow);
  const push = new PushClient({ region: config.aws.region, secret: config.pushSecret });
  const files = new PartitionFiles(config.aws);
  const metrics = new RunnerMetrics();
  const afterwork = new Afterwork(logger);
  const providers = {
    ...config.providers,
    egress,
  };
  const custom = await loadCustomHandlers(config.agentHandlers, providers);
  const handler = new TaskHandler({
    models: createModels(config.aws, database.client),
    handlers: createHandlerRegistry(providers, custom),
    breakers: new CircuitBreakers(),
    catalogue: new ToolCatalogue(),
    egress,
    sharedProviderObjects: config.sharedProviderObjects,
    secrets: new SecretReferences({ region: config.aws.region, ...config.secrets }),
    files,
    push,
    partitions,
    metrics,
    afterwork,
    logger,
    internalMcp: config.internalMcp,
    // A runner that is dead to the queue is dead to the run.
    leaseMs: config.visibilityTimeoutMs,
    limits: {
      runDeadlineMs: config.runDeadlineMs,
      toolTimeoutMs: config.toolTimeoutMs,
      maxToolRounds: config.maxToolRounds,
      stepTimeoutMs: config.stepTimeoutMs,
      firstTokenTimeoutMs: config.firstTokenTimeoutMs,
    },
  });
  const sqs = createSqsClient(config.aws);
  const consumer = new TaskConsumer({
    client: sqs,
    queueUrl: taskQueueUrl,
    concurrency: config.concurrency,
    visibilityTimeoutMs: config.visibilityTimeoutMs,
    handle: (task) => handler.handle(task),
    mayWork: route && (() => route.isOpen()),
    logger,
  });
  let health: Server | undefined;
  if (config.healthPort !== undefined) {
    const { host, healthPort: port } = config;
    health = await startHealthServer({
      host,
      port,
      isReady: () => consumer.isReady,
      metrics: metrics.registry,
    });
  }
  consumer.start();
  logger.info('taking questions');
  return {
    stop: async () => {
      logger.info('stopping');
      await consumer.stop(config.shutdownGraceMs);
      await afterwork.settled(AFTERWORK_MS);
      push.close();
      await files.close();
      sqs.destroy();
      await database.close();
      health?.close();
      logger.info('stopped');
    },
  };
}
