import type { TableShape } from '../item.ts';

const indexes = (hash: string) =>
  [
    { name: 'agent_uuid-index', kind: 'local', hash, range: 'agent_uuid', rangeType: 'S' },
    { name: 'updated_at-index', kind: 'local', hash, range: 'updated_at', rangeType: 'S' },
  ] as const;

/** A table of the older engine and the one it is copied to. */
export const legacyAgents: TableShape = {
  table: 'agents',
  hash: 'endpoint_id',
  range: 'agent_version_uuid',
  rangeType: 'S',
  indexes: indexes('endpoint_id'),
};
export const tenantAgents: TableShape = {
  table: 'agents-pk',
  hash: 'partition_key',
  range: 'agent_version_uuid',
  rangeType: 'S',
  indexes: indexes('partition_key'),
};
