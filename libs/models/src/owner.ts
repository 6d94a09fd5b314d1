import type { Thread } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import type { Partition } from '@agent-engine/partition';

/**
 * Proof that a thread is the partition's. Runs, messages and tool calls are keyed by their thread alone, so their
 * repositories take one of these instead of a partition: reading another tenant's rows does not compile.
 */
export class Owner {
  readonly partition: Partition;
  readonly threadUuid: string;

  private constructor(partition: Partition, threadUuid: string) {
    this.partition = partition;
    this.threadUuid = threadUuid;
    Object.freeze(this);
  }

  static of(partition: Partition, thread: Thread): Owner {
    if (thread.partitionKey !== partition.key) {
      throw new AppError('internal.unexpected', 'A thread was read outside its partition.');
    }
    return new Owner(partition, thread.threadUuid);
  }
}

/** The scope of global tables, which belong to nobody. Who may write them is decided at the edge. */
export const everyone = Object.freeze({ scope: 'global' } as const);
export type Everyone = typeof everyone;
