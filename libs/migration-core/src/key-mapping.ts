import { AppError } from '@agent-engine/errors';
import { Partition } from '@agent-engine/partition';

/** What an operator says about legacy keys: some by name, the rest by rule. */
export interface KeyMappingRules {
  /** `same`: the endpoint's own partition (`part_id = endpoint_id`); `refuse`: quarantine what is not listed. */
  default: 'same' | 'refuse';
  /** Legacy hash key → the partition its rows belong to. */
  partitions: Readonly<Record<string, { endpointId: string; partId: string }>>;
}

/** A row either has a partition or a reason why it has none; it never gets one by accident. */
export type Mapped = { readonly partition: Partition } | { readonly refused: string };

export interface KeyMapping {
  (legacyKey: string): Mapped;
  /** The inverse: all legacy keys that map to the partition, listed ones in the order of the list. */
  legacyKeysOf(partitionKey: string): readonly string[];
}

/**
 * The mapping as a pure function: the same key always gives the same answer, for every key there is.
 * @throws AppError `partition.invalid` for a listed partition that cannot exist
 */
export function keyMapping(rules: KeyMappingRules): KeyMapping {
  const listed = new Map<string, Partition>();
  const taken = new Map<string, string[]>();
  for (const [legacyKey, { endpointId, partId }] of Object.entries(rules.partitions)) {
    const partition = Partition.of(endpointId, partId);
    listed.set(legacyKey, partition);
    taken.set(partition.key, [...(taken.get(partition.key) ?? []), legacyKey]);
  }
  const map = (legacyKey: string): Mapped => {
    const known = listed.get(legacyKey);
    if (known) return { partition: known };
    if (rules.default === 'refuse')
      return { refused: 'The key is not listed, and unlisted keys are refused.' };
    return sameRule(legacyKey, taken);
  };
  const legacyKeysOf = (partitionKey: string): readonly string[] => {
    const keys = taken.get(partitionKey);
    if (keys) return keys;
    const half = partitionKey.slice(0, (partitionKey.length - 1) / 2);
    const mapped = map(half);
    return 'partition' in mapped && mapped.partition.key === partitionKey ? [half] : [];
  };
  return Object.assign(map, { legacyKeysOf });
}

function sameRule(legacyKey: string, taken: ReadonlyMap<string, readonly string[]>): Mapped {
  let partition: Partition;
  try {
    partition = Partition.of(legacyKey);
  } catch (error) {
    // `ep#ep`, `ep#part` and `ep#None` were written by versions in between: only the operator knows whose they are.
    return { refused: `${AppError.from(error).message} List the key with the partition it belongs to.` };
  }
  const [other] = taken.get(partition.key) ?? [];
  // Two keys on one partition are the operator's to say, not a rule's to do.
  return other === undefined
    ? { partition }
    : {
        refused: `Its partition is listed for ${JSON.stringify(other)}. List this key too if they belong together.`,
      };
}
