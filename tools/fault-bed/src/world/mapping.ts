/** Which partition a legacy key's rows belong to, as the migration's configuration says it. */
export interface WorldMapping {
  default: 'same' | 'refuse';
  partitions: Readonly<Record<string, { endpoint_id: string; part_id: string }>>;
}

/** Five tenants: a bare endpoint, a listed one, and the three shapes that versions in between wrote. */
export const legacyTenants = [
  'gpt',
  'acme-corp-prod',
  'openai#openai',
  'aws-eu#None',
  'globex#emea',
] as const;

/** What an operator would write for {@link legacyTenants}. */
export const legacyTenantMapping: WorldMapping = {
  default: 'same',
  partitions: {
    'acme-corp-prod': { endpoint_id: 'aws-prod-us-east-1', part_id: 'acme-corp' },
    'openai#openai': { endpoint_id: 'openai', part_id: 'openai' },
    'aws-eu#None': { endpoint_id: 'aws-eu', part_id: 'aws-eu' },
    'globex#emea': { endpoint_id: 'globex', part_id: 'emea' },
  },
};

export interface MappedPartition {
  endpoint_id: string;
  part_id: string;
  partition_key: string;
}

/**
 * The mapping written down a second time, for checking only. Undefined: such rows must not move.
 * Two legacy keys may share a partition only if both are listed.
 */
export function mapLegacyKey(mapping: WorldMapping, legacyKey: string): MappedPartition | undefined {
  const listed = Object.hasOwn(mapping.partitions, legacyKey) ? mapping.partitions[legacyKey] : undefined;
  if (listed) return { ...listed, partition_key: `${listed.endpoint_id}#${listed.part_id}` };
  if (mapping.default === 'refuse' || !isComponent(legacyKey)) return undefined;
  const partition_key = `${legacyKey}#${legacyKey}`;
  const taken = Object.values(mapping.partitions).some(
    ({ endpoint_id, part_id }) => `${endpoint_id}#${part_id}` === partition_key,
  );
  return taken ? undefined : { endpoint_id: legacyKey, part_id: legacyKey, partition_key };
}

/** The legacy keys that a partition's rows may have come from: one, unless the mapping joins several. */
export function legacyKeysOf(
  mapping: WorldMapping,
  { endpoint_id, part_id }: { endpoint_id: string; part_id: string },
): string[] {
  const listed = Object.entries(mapping.partitions)
    .filter(([, partition]) => partition.endpoint_id === endpoint_id && partition.part_id === part_id)
    .map(([key]) => key);
  if (listed.length > 0) return listed;
  return endpoint_id === part_id && mapLegacyKey(mapping, endpoint_id) ? [endpoint_id] : [];
}

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** A part of a partition key, which fits into one twice. */
function isComponent(text: string): boolean {
  const legible = text !== '' && text === text.trim() && text.isWellFormed() && !CONTROL.test(text);
  return legible && !text.includes('#') && Buffer.byteLength(text) * 2 + 1 <= 2048;
}
