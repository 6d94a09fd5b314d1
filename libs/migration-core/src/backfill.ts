import { Partition } from '@agent-engine/partition';
import type { Item } from './item.ts';
import type { KeyMapping, Mapped } from './key-mapping.ts';
import type { Refused } from './row-mapper.ts';
import { stampsOf, tenant } from './tenant.attributes.ts';

/**
 * Where a row that stays in its table has its partition from:
 * - `row`: itself (runs, async tasks)
 * - `owner`: the row that owns it (messages and tool calls: their thread)
 * - `checked`: itself, and its owner, if there is one, must agree (fine-tuning messages: their agent)
 */
export type BackfillRule = 'row' | 'owner' | 'checked';

export interface Backfill {
  rule: BackfillRule;
  row: Item;
  /** The owning row, from either side of its migration. Absent: there is none. */
  owner?: Item;
  mapping: KeyMapping;
}

/**
 * The stamps that a row still needs; none if it has them all, which is also what verification asks. An
 * `endpoint_id` that is there stays until the migration is completed: older readers find the row by it, and it
 * is what a partition can be derived from again.
 */
export function backfillOf(backfill: Backfill): { set: Item; partition: Partition } | Refused {
  const mapped = derive(backfill);
  return 'refused' in mapped ? mapped : { ...mapped, set: missingStamps(backfill.row, mapped.partition) };
}

function derive({ rule, row, owner, mapping }: Backfill): Mapped {
  if (rule === 'row') return partitionOf(row, mapping);
  if (rule === 'owner')
    return owner ? partitionOf(owner, mapping) : { refused: 'The row that owns it does not exist.' };
  const own = partitionOf(row, mapping);
  const owners = owner && partitionOf(owner, mapping);
  if (!owners || 'refused' in own) return own;
  if ('refused' in owners) return owners;
  return own.partition.key === owners.partition.key
    ? own
    : { refused: `Its own partition is ${own.partition.key}, that of its owner ${owners.partition.key}.` };
}

/** Whose a row is, by what it says: its partition if it has a real one, else its legacy key through the mapping. */
export function partitionOf(row: Item, mapping: KeyMapping): Mapped {
  const key = row[tenant.partitionKey]?.S;
  if (key) return settled(key) ?? mapping(key);
  const endpointId = row[tenant.endpointId]?.S;
  return endpointId
    ? mapping(endpointId)
    : { refused: `It has neither ${tenant.partitionKey} nor ${tenant.endpointId}.` };

  /** Listed keys are what the operator says they are, and `ep#None` is what a missing part was once written as. */
  function settled(text: string): Mapped | undefined {
    const [endpoint = '', part = '', ...rest] = text.split('#');
    const listed = 'partition' in mapping(text);
    if (listed || rest.length > 0 || endpoint === 'None' || part === 'None') return undefined;
    try {
      return { partition: Partition.of(endpoint, part) };
    } catch {
      return undefined; // the mapping says what is wrong with it
    }
  }
}

function missingStamps(row: Item, partition: Partition): Item {
  return Object.fromEntries(
    Object.entries(stampsOf(partition)).filter(([name, { S: wanted }]) => {
      const present = row[name]?.S;
      return name === tenant.endpointId ? !present : present !== wanted;
    }),
  );
}
