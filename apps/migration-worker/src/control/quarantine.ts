import { createHash } from 'node:crypto';
import type { AttributeValue, Put } from '@aws-sdk/client-dynamodb';
import { canonicalItem, type Item } from '@agent-engine/migration-core';
import type { DirectionName } from './control-record.ts';
import { deleteItem, itemKey, itemsOf, putItem, readItem } from './control-items.ts';
import type { ControlTable } from './control-table.ts';

/** A row that could not go over: it stays here, with the reason, until it can or is waived by name. */
export interface Quarantined {
  /** Names it in `quarantine retry` and `quarantine waive`. */
  id: string;
  direction: DirectionName;
  table: string;
  /** Key on the side it comes from. */
  key: Item;
  reason: string;
  /** Of the event that could not be applied; absent for a row that a scan found. */
  version?: string;
  /** Going back without it would lose something: `rollback` refuses. */
  lossy: boolean;
  /** Written to an older table after the cutover, which nothing carries over. The key is the older table's. */
  stray: boolean;
  waived: boolean;
  at: string;
}

type New = Omit<Quarantined, 'id' | 'waived' | 'at' | 'lossy' | 'stray'> & {
  lossy?: boolean;
  stray?: boolean;
};

const prefixOf = (direction: DirectionName) => `quarantine#${direction}#`;

export const quarantineId = ({ direction, table, key }: Pick<Quarantined, 'direction' | 'table' | 'key'>) =>
  `${direction}#${table}#${createHash('sha256').update(canonicalItem(key)).digest('hex').slice(0, 24)}`;

export async function quarantine(table: ControlTable, entry: New): Promise<void> {
  await putItem(table, `quarantine#${quarantineId(entry)}`, encode(entry));
}

/** The same as an entry of a transaction. */
export function quarantinePut(table: ControlTable, entry: New): Put {
  return {
    TableName: table.name,
    Item: { ...encode(entry), ...itemKey(table, `quarantine#${quarantineId(entry)}`) },
  };
}

export async function* listQuarantine(
  table: ControlTable,
  direction?: DirectionName,
): AsyncGenerator<Quarantined> {
  for await (const item of itemsOf(table, direction ? prefixOf(direction) : 'quarantine#'))
    yield decode(item);
}

export async function readQuarantined(table: ControlTable, id: string): Promise<Quarantined | undefined> {
  const item = await readItem(table, `quarantine#${id}`);
  return item && decode(item);
}

export async function releaseQuarantined(table: ControlTable, { id }: Quarantined): Promise<void> {
  await deleteItem(table, `quarantine#${id}`);
}

export async function waiveQuarantined(table: ControlTable, entry: Quarantined): Promise<void> {
  await putItem(table, `quarantine#${entry.id}`, { ...encode(entry), waived: { BOOL: true } });
}

function encode({
  direction,
  table,
  key,
  reason,
  version,
  lossy,
  stray,
}: New): Record<string, AttributeValue> {
  return {
    direction: { S: direction },
    table: { S: table },
    key: { M: key },
    reason: { S: reason },
    lossy: { BOOL: lossy ?? false },
    stray: { BOOL: stray ?? false },
    waived: { BOOL: false },
    at: { S: new Date().toISOString() },
    ...(version !== undefined && { version: { S: version } }),
  };
}

function decode(item: Record<string, AttributeValue>): Quarantined {
  return {
    id: (item.item?.S ?? '').slice('quarantine#'.length),
    direction: item.direction?.S as DirectionName,
    table: item.table?.S ?? '',
    key: item.key?.M ?? {},
    reason: item.reason?.S ?? '',
    version: item.version?.S,
    lossy: item.lossy?.BOOL ?? false,
    stray: item.stray?.BOOL ?? false,
    waived: item.waived?.BOOL ?? false,
    at: item.at?.S ?? '',
  };
}
