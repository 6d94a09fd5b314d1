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
  /** The `partition_key` a row must have to exist for this scope, where the hash key does not say so already. */
  guard(scope: AnyScope): string | undefined;
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
    guard: () => undefined,
  },
  row: {
    hash: () => undefined,
    stamps: (scope) => partitionStamps(scope as Partition),
    guard: (scope) => (scope as Partition).key,
  },
  global: { hash: () => undefined, stamps: () => ({}), guard: () => undefined },
};

export function keySpaceOf(definition: EntityDefinition): KeySpace {
  return keySpaces[definition.scope];
}
