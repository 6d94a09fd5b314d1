import { AsyncLocalStorage } from 'node:async_hooks';
import type { Partition, PartitionKey } from './partition.ts';

/** Asked for the partition where no request, message or test has entered one: a programming error. */
export class PartitionNotSet extends Error {
  constructor() {
    super(
      'No partition here: enter one with PartitionContext.run() where the request, message or test enters.',
    );
    this.name = 'PartitionNotSet';
  }
}

/**
 * Gives singletons the partition of the request, message or test in which they run.
 * Request-scoped in what it yields, a singleton for Nest: see docs/decisions/0003.
 */
export class PartitionContext {
  private readonly storage = new AsyncLocalStorage<Partition>();

  /** Everything `work` starts, awaits or schedules sees `partition`, and nothing else does. */
  run<T>(partition: Partition, work: () => T): T {
    return this.storage.run(partition, work);
  }

  /** @throws PartitionNotSet outside {@link run} */
  get current(): Partition {
    const partition = this.storage.getStore();
    if (!partition) throw new PartitionNotSet();
    return partition;
  }

  get key(): PartitionKey {
    return this.current.key;
  }

  /** For logs, which also run outside a partition. */
  get currentOrNone(): Partition | undefined {
    return this.storage.getStore();
  }
}
