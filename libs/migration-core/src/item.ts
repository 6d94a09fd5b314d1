import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A row as the database has it. Never converted: a JavaScript number loses digits that DynamoDB keeps. */
export type Item = Record<string, AttributeValue>;

export type KeyType = 'S' | 'N';

/** One side of a table's migration, in stored names. All indexes project ALL. */
export interface TableShape {
  readonly table: string;
  readonly hash: string;
  readonly range: string;
  readonly rangeType: KeyType;
  readonly indexes: readonly IndexShape[];
}

export interface IndexShape {
  readonly name: string;
  readonly kind: 'local' | 'global';
  readonly hash: string;
  readonly range: string;
  readonly rangeType: KeyType;
}

/** The attributes that name the row within its table. Absent ones stay absent. */
export function keyAttributes(shape: TableShape, item: Item): Item {
  const key: Item = {};
  for (const name of [shape.hash, shape.range]) {
    const value = item[name];
    if (value !== undefined) key[name] = value;
  }
  return key;
}

/** True if the row has an entry in the index: both its key attributes are there. */
export function isIndexed(item: Item, index: IndexShape): boolean {
  return item[index.hash] !== undefined && item[index.range] !== undefined;
}
