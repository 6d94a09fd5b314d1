import type { Migration, Stage } from '../stages/stage.ts';

/**
 * The worker's configuration, as its file would say it; JSON is YAML.
 * The audit trail is in the control table and the log; its file lives as long as the task.
 */
export function workerConfig(
  { tables }: Stage,
  { id, capacity, mapping, fence }: Migration,
  region: string,
): string {
  const { tablePrefix, tenantTableSuffix } = tables;
  return JSON.stringify({
    id,
    source: { tablePrefix, region },
    target: { tablePrefix, tenantTableSuffix, region },
    mapping: { default: mapping.default, partitions: mapping.partitions ?? {} },
    capacity,
    cutover: { fence },
    audit: '/tmp/migration-audit.jsonl',
  });
}
