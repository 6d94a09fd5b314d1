import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@agent-engine/errors';
import type { Owner } from '@agent-engine/models';
import type { Logger } from '@agent-engine/observability';
import { Partition } from '@agent-engine/partition';
import { ASK_MODEL_FUNCTION, MAX_TASK_DELAY_MS, type ReceivedTask } from '@agent-engine/queue';
import { CancellationWatch } from '../run/cancellation-watch.ts';
import { RunLease } from '../run/run-lease.ts';
import { clientStream } from './client-stream.ts';
import { type AgentAhead, loadAgent } from './agent-setup.ts';
import { type AttemptFacts, RunAttempt } from './run-attempt.ts';
import type { RunServices } from './run-services.ts';
import { TaskRecord } from './task-record.ts';
import { tellOutcome } from './tell-outcome.ts';

/** How often a delivery looks whether the run that another one holds is over. */
const LEASE_POLL_MS = 500;
/** How soon a delivery looks again for its task, which is about to be written; then less and less often. */
const FIRST_TASK_POLL_MS = 4;
const MAX_TASK_POLL_MS = 1_000;

/** Answers one question per message, in the partition the message names. */
export class TaskHandler {
  private readonly services: RunServices;
  private readonly watch: CancellationWatch;

  constructor(services: RunServices) {
    this.services = services;
    this.watch = new CancellationWatch(services.models, services.logger);
  }

  /** Resolves when the task is final; rejects when the message shall come again. */
  async handle(received: ReceivedTask): Promise<void> {
    const { endpointId, partId } = received.message;
    const partition = Partition.of(endpointId, partId);
    await this.services.partitions.run(partition, () => this.inPartition(partition, received));
  }

  private async inPartition(partition: Partition, received: ReceivedTask): Promise<void> {
    const { requestId, runUuid, agentUuid } = received.message;
    const logger = this.services.logger.child({ requestId, runUuid });
    const thread = Promise.withResolvers<Owner>();
    const ahead = agentUuid === undefined ? undefined : this.loadAhead(partition, agentUuid, thread.promise);
    const { record, owner } = await this.written(partition, received, thread.resolve);
    if (!record) {
      logger.error('the task of a message does not exist in its partition');
      if (owner) await this.endOrphan(owner, received);
    } else if (owner) await this.whenFree(received, { record, owner, ahead, logger });
    else if (!record.isFinal) await this.refuse(received, record, logger);
  }

  /** Another delivery of the same question may be at it: then this one waits, and goes on if that one dies. */
  private async whenFree(
    received: ReceivedTask,
    { record, owner, ahead, logger }: Omit<AttemptFacts, 'received' | 'lease'>,
  ): Promise<void> {
    const { models, leaseMs } = this.services;
    const { runUuid } = received.message;
    // Mostly the run is free: then its agent is there as soon as that is known.
    let agent = ahead;
    let current: TaskRecord | undefined = record;
    while (current && !current.isFinal) {
      const lease = await RunLease.acquire(models, owner, { runUuid, leaseMs });
      if (lease) {
        await this.attempt(received, { record: current, owner, lease, ahead: agent, logger });
        return;
      }
      agent = undefined;
      await delay(LEASE_POLL_MS, undefined, { signal: received.signal }).catch(() =>
        received.signal.throwIfAborted(),
      );
      current = await this.taskOf(owner.partition, received);
    }
    if (current) await tellOutcome(this.services, { received, record: current, owner, logger });
  }

  private loadAhead(partition: Partition, agentUuid: string, owner: Promise<Owner>): AgentAhead {
    const loading = loadAgent(this.services, partition, agentUuid, owner);
    loading.catch(() => {}); // the attempt meets it, and can tell
    return { agentUuid, loading };
  }

  private async attempt(
    received: ReceivedTask,
    { record: seen, owner, lease, ahead, logger }: Omit<AttemptFacts, 'received'>,
  ): Promise<void> {
    let isTold = false;
    try {
      // Whoever held the run before may have ended it since the task was read.
      const record = lease.attempt === 1 ? seen : await this.taskOf(owner.partition, received);
      if (!record) return;
      if (record.isFinal) await tellOutcome(this.services, { received, record, owner, logger });
      else {
        const log = logger.child({ attempt: lease.attempt });
        await new RunAttempt(this.services, this.watch, {
          received,
          record,
          owner,
          lease,
          ahead,
          logger: log,
        }).run();
      }
      isTold = true;
    } finally {
      await lease.release(isTold).catch((error: unknown) => {
        logger.warn({ err: error }, 'a lease could not be given back: it runs out by itself');
      });
    }
  }

  /** Task and thread, for which an asker has a moment after its message; undefined what there is not. */
  private async written(
    partition: Partition,
    received: ReceivedTask,
    onThread: (owner: Owner) => void,
  ): Promise<{ record?: TaskRecord; owner?: Owner }> {
    const { sentAt, signal, message } = received;
    const { models } = this.services;
    let owner: Owner | undefined;
    for (let waitMs = FIRST_TASK_POLL_MS; ; waitMs = Math.min(waitMs * 2, MAX_TASK_POLL_MS)) {
      const isLast = Date.now() > sentAt + MAX_TASK_DELAY_MS;
      const [record, found] = await Promise.all([
        this.taskOf(partition, received),
        owner ?? models.ownerOf(partition, message.threadUuid),
      ]);
      const isOver = record !== undefined || isLast;
      // The thread was written before the task, but perhaps after it was looked for.
      owner = found ?? (isOver ? await models.ownerOf(partition, message.threadUuid) : undefined);
      if (owner) onThread(owner);
      if (isOver) return { record, owner };
      await delay(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  /** Whoever asked has died before the task was written, but perhaps not before the run was. */
  private async endOrphan(
    owner: Owner,
    { message: { runUuid, asyncTaskUuid } }: ReceivedTask,
  ): Promise<void> {
    const { run } = this.services.models;
    const orphan = await run.get(owner, { runUuid });
    if (orphan?.asyncTaskUuid !== asyncTaskUuid) return;
    await run.update(owner, { runUuid }, { status: 'failed', errorCode: 'run.interrupted' });
  }

  private async taskOf(
    partition: Partition,
    { message: { asyncTaskUuid } }: ReceivedTask,
  ): Promise<TaskRecord | undefined> {
    const { models } = this.services;
    const task = await models.asyncTask.get(partition, { functionName: ASK_MODEL_FUNCTION, asyncTaskUuid });
    return task && new TaskRecord(models, partition, task);
  }

  /** Without its thread a question has nothing that could be recorded but its failure. */
  private async refuse({ message }: ReceivedTask, record: TaskRecord, logger: Logger): Promise<void> {
    const { code, message: why } = new AppError('entity.notFound', 'The thread does not exist.');
    await record.failed(`${code}: ${why}`);
    const client = clientStream(message, {
      ...this.services,
      owner: undefined,
      attempt: 1,
      onGone: () => {},
      logger,
    });
    await client.failed(`${code}: ${why}`);
  }
}
