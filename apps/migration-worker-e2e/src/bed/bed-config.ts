import type { WorldMapping } from '@agent-engine/fault-bed';
import { stringify } from 'yaml';

export interface BedConfig {
  /** Default: all. */
  tables?: readonly string[];
  segments?: number;
  capacity?: { write: number; read: number };
  /** Longest time without writes; generous by default, as machines of tests are slow. */
  budget?: string;
}

export type FenceConfig = { command: string; unfence: string } | { route: true } | { manual: true };

export interface BedPlaces {
  endpoint: string;
  mapping: WorldMapping;
  audit: string;
  fence: FenceConfig;
}

/** What an operator would write. */
export function configText(
  { tables, segments = 2, capacity = { write: 100_000, read: 100_000 }, budget = '60s' }: BedConfig,
  { endpoint, mapping, audit, fence }: BedPlaces,
): string {
  return stringify({
    id: 'bed',
    source: { tablePrefix: 'aace-', endpoint },
    target: { tablePrefix: 'aace-', tenantTableSuffix: '-pk', endpoint },
    tables: tables ?? 'all',
    mapping,
    capacity,
    segments,
    cutover: { fence, budget },
    audit,
  });
}
