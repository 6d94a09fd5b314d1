import type { EntityDefinition } from '@agent-engine/entities';
import type { Partition } from '@agent-engine/partition';
import type { Everyone, Owner } from './owner.ts';

/** What a caller must hold to touch rows of a definition. */
export type ScopeOf<D> = D extends { readonly scope: 'partition' | 'row' }
  ? Partition
  : D extends { readonly scope: 'child' }
    ? Owner
    : Everyone;

export type AnyScope = Partition | Owner | Everyone;

/** How a scope confines a definition's rows. */
export interface KeySpace {
  /** The hash key's value if the scope decides it; otherwise the caller's key or list arguments carry it. */
  hash(scope: AnyScope): string | undefined;
  /** Attributes that every new row carries. */
  stamps(scope: AnyScope): Record<string, string>;
  /** The `partition_key` a row must carry to exist for this scope, where the hash key does not say so already. */
  guard(scope: AnyScope): Guard | undefined;
}

export interface Guard {
  partitionKey: string;
  /** Rows from before partitions carry none: then owning their thread is what counts. */
  orMissing: boolean;
}

const partitionStamps = ({ key, endpointId, partId }: Partition) => ({
  partitionKey: key,
  endpointId,
  partId,
});

const keySpaces: Record<EntityDefinition['scope'], KeySpace> = {
  partition: {
    hash: (scope) => (scope as Partition).key,
    stamps: (scope) => partitionStamps(scope as Partition),
    guard: () => undefined,
  },
  child: {
    hash: (scope) => (scope as Owner).threadUuid,
    stamps: (scope) => partitionStamps((scope as Owner).partition),
    // Threads are keyed within a partition, their children are not: two partitions may use the same thread id.
    guard: (scope) => ({ partitionKey: (scope as Owner).partition.key, orMissing: true }),
  },
  row: {
    hash: () => undefined,
    stamps: (scope) => partitionStamps(scope as Partition),
    guard: (scope) => ({ partitionKey: (scope as Partition).key, orMissing: false }),
  },
  global: { hash: () => undefined, stamps: () => ({}), guard: () => undefined },
};

export function keySpaceOf(definition: EntityDefinition): KeySpace {
  return keySpaces[definition.scope];
}
