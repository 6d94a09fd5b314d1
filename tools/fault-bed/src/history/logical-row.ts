import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '../world/item.ts';
import { mapLegacyKey, type WorldMapping } from '../world/mapping.ts';
import { worldTable } from '../world/world-tables.ts';
import { canonical, canonicalItem } from './canonical.ts';

/** Which form a row is in: as the older engine keeps it, or as today's does. */
export type Side = 'source' | 'target';

/** A row apart from where it is stored: the same on both sides. */
export interface LogicalRow {
  /** Table, partition (or the row's own hash key), range. */
  id: string;
  /** All that counts of it, spelled canonically: neither key, nor stamps, nor what the migration notes. */
  content: string;
  /** False for rows of a legacy key without a partition: those stay where they are. */
  mapped: boolean;
}

const STAMPS = ['partition_key', 'endpoint_id', 'part_id'];

/** Undefined for a tombstone, which is no row. */
export function logicalRow(
  side: Side,
  table: string,
  item: Item,
  mapping: WorldMapping,
): LogicalRow | undefined {
  const { content, key } = parts(table, side, item);
  if (item._mig_del?.BOOL === true && Object.keys(content).length === 0) return undefined;
  const { move, range } = worldTable(table);
  const rangeText = text(item[range]);
  if (move !== 'rekey')
    return { id: id(table, key, rangeText), content: canonicalItem(content), mapped: true };
  const partition = side === 'target' ? key : mapLegacyKey(mapping, key)?.partition_key;
  return {
    id: id(table, partition ?? `unmapped ${key}`, rangeText),
    content: canonicalItem(content),
    mapped: partition !== undefined,
  };
}

function parts(table: string, side: Side, item: Item): { key: string; content: Item } {
  const { move, range, legacyHash } = worldTable(table);
  const hash = move === 'rekey' && side === 'target' ? 'partition_key' : legacyHash;
  const left = new Set([hash, range, ...(move === 'global' ? [] : STAMPS)]);
  const content = Object.entries(item).filter(([name]) => !left.has(name) && !name.startsWith('_mig_'));
  return { key: text(item[hash]), content: Object.fromEntries(content) };
}

const id = (...parts: string[]): string => parts.join(' | ');

function text(value: AttributeValue | undefined): string {
  return value?.S ?? (value === undefined ? '' : canonical(value));
}
