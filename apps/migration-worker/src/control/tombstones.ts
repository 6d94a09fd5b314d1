import { createHash } from 'node:crypto';
import type { AttributeValue, Put } from '@aws-sdk/client-dynamodb';
import { canonicalItem, type Item } from '@agent-engine/migration-core';
import type { DirectionName } from './control-record.ts';
import { deleteItem, itemKey, itemsOf } from './control-items.ts';
import type { ControlTable } from './control-table.ts';

/** Where tombstones stand, so that collecting them does not take a scan of the table. */
export interface TombstoneEntry {
  item: string;
  direction: DirectionName;
  table: string;
  key: Item;
}

const prefix = (direction: DirectionName) => `tombstone#${direction}#`;

/** Goes into the transaction that writes the tombstone. */
export function tombstonePut(
  table: ControlTable,
  { direction, ...entry }: Omit<TombstoneEntry, 'item'>,
): Put {
  const name = createHash('sha256').update(canonicalItem(entry.key)).digest('hex').slice(0, 32);
  return {
    TableName: table.name,
    Item: {
      ...itemKey(table, `${prefix(direction)}${entry.table}#${name}`),
      direction: { S: direction },
      table: { S: entry.table },
      key: { M: entry.key },
    },
  };
}

export async function* listTombstones(
  table: ControlTable,
  direction: DirectionName,
): AsyncGenerator<TombstoneEntry> {
  for await (const item of itemsOf(table, prefix(direction))) yield decode(item);
}

export async function forgetTombstone(table: ControlTable, { item }: TombstoneEntry): Promise<void> {
  await deleteItem(table, item);
}

const decode = (item: Record<string, AttributeValue>): TombstoneEntry => ({
  item: item.item?.S ?? '',
  direction: item.direction?.S as DirectionName,
  table: item.table?.S ?? '',
  key: item.key?.M ?? {},
});
