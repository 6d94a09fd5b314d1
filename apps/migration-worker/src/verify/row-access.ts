import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { canonicalItem, type Item, marks, versionOf } from '@agent-engine/migration-core';
import { patiently } from '../database/call.ts';
import { LONG_READ } from '../database/clients.ts';
import type { TableFlow } from '../world/migration.ts';
import { keyOfRow } from '../world/row-key.ts';

type Side = TableFlow['from'];

export async function readRow({ database, name }: Side, key: Item): Promise<Item | undefined> {
  const { Item } = await patiently(() =>
    database.client.send(new GetItemCommand({ TableName: name, Key: key, ConsistentRead: true })),
  );
  return Item;
}

const BATCH = 100;

/** Rows by the canonical text of their keys; strongly consistent. */
export async function readRows(
  { database, name, shape }: Side,
  keys: readonly Item[],
): Promise<Map<string, Item>> {
  const rows = new Map<string, Item>();
  for (let start = 0; start < keys.length; start += BATCH) {
    let open = keys.slice(start, start + BATCH);
    while (open.length > 0) {
      const asked = open;
      const { Responses, UnprocessedKeys } = await patiently(() =>
        database.client.send(
          new BatchGetItemCommand({ RequestItems: { [name]: { Keys: asked, ConsistentRead: true } } }),
          LONG_READ,
        ),
      );
      for (const row of Responses?.[name] ?? []) rows.set(canonicalItem(keyOfRow(row, shape)), row);
      open = UnprocessedKeys?.[name]?.Keys ?? [];
    }
  }
  return rows;
}

/** What has to hold for a row to be still the one that was seen: its version, or that it has none. */
function unchanged(
  { shape }: Side,
  seen: Item | undefined,
): { condition: string; names: Record<string, string>; values: Record<string, AttributeValue> } {
  const names = { '#hash': shape.hash };
  if (!seen) return { condition: 'attribute_not_exists(#hash)', names, values: {} };
  const present = versionOf(seen);
  return {
    condition: `attribute_exists(#hash) AND ${present === undefined ? 'attribute_not_exists(#version)' : '#version = :version'}`,
    names: { ...names, '#version': marks.version },
    values: present === undefined ? {} : { ':version': { S: present } },
  };
}

/** @returns false when the row is no longer the one that was seen */
export async function putIfUnchanged(side: Side, row: Item, seen: Item | undefined): Promise<boolean> {
  const { condition, names, values } = unchanged(side, seen);
  return conditional(() =>
    side.database.client.send(
      new PutItemCommand({
        TableName: side.name,
        Item: row,
        ConditionExpression: condition,
        ExpressionAttributeNames: names,
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
      }),
    ),
  );
}

/** @returns false when the row is no longer the one that was seen */
export async function deleteIfUnchanged(side: Side, key: Item, seen: Item): Promise<boolean> {
  const { condition, names, values } = unchanged(side, seen);
  return conditional(() =>
    side.database.client.send(
      new DeleteItemCommand({
        TableName: side.name,
        Key: key,
        ConditionExpression: condition,
        ExpressionAttributeNames: names,
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
      }),
    ),
  );
}

async function conditional(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await patiently(write);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
