import type { Partition } from '@agent-engine/partition';
import type { Item } from './item.ts';

/** Stored names of what says whose a row is. */
export const tenant = {
  partitionKey: 'partition_key',
  endpointId: 'endpoint_id',
  partId: 'part_id',
} as const;

export function stampsOf({ key, endpointId, partId }: Partition): Item {
  return {
    [tenant.partitionKey]: { S: key },
    [tenant.endpointId]: { S: endpointId },
    [tenant.partId]: { S: partId },
  };
}
