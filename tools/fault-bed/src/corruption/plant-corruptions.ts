import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { canonicalItem } from '../history/canonical.ts';
import { storedTableName, readWorld } from '../history/read-world.ts';
import { Random } from '../random.ts';
import type { Item } from '../world/item.ts';
import { worldTable, worldTables } from '../world/world-tables.ts';
import { type CorruptionKind, corruptions } from './corruptions.ts';

export interface PlantedCorruption {
  /** Without prefix. */
  table: string;
  /** Of the row on the target side. */
  key: Item;
  kind: CorruptionKind;
  /** What verification has to call it. */
  expected: 'missing' | 'extra' | 'different';
  before: Item | null;
  after: Item | null;
}

export interface Planting {
  client: DynamoDBClient;
  seed: number | string;
  /** How many rows, each kind in turn. */
  count: number;
  tablePrefix?: string;
  /** Default `-pk`. */
  tenantTableSuffix?: string;
  /** Without prefix; default all that were copied. */
  tables?: readonly string[];
  kinds?: readonly CorruptionKind[];
}

/**
 * Damages so many rows of the copied tables, each in one way, and says which and how. A kind that the rows give no
 * occasion for (no set, no number) takes the next row. @throws Error if there are not enough rows
 */
export async function plantCorruptions(planting: Planting): Promise<PlantedCorruption[]> {
  const { client, seed, count, kinds = Object.keys(corruptions) as CorruptionKind[] } = planting;
  const random = new Random(seed);
  const tables =
    planting.tables ?? worldTables.flatMap(({ table, move }) => (move === 'rekey' ? [table] : []));
  const rows: { table: string; item: Item; place: number }[] = [];
  for await (const { table, item } of readWorld({ ...planting, side: 'target', tables })) {
    if (!item._mig_del) rows.push({ table, item, place: random.next() });
  }
  rows.sort((a, b) => a.place - b.place);
  const planted: PlantedCorruption[] = [];
  for (let i = 0; i < count; i++) {
    const kind = kinds[i % kinds.length] as CorruptionKind;
    const at = rows.findIndex(
      ({ table, item }) => corruptions[kind].damage(item, table, random) !== undefined,
    );
    const [row] = at === -1 ? [] : rows.splice(at, 1);
    const after = row && corruptions[kind].damage(row.item, row.table, random);
    if (!row || after === undefined) throw new Error(`No row left for corruption ${i}, ${kind}.`);
    planted.push(
      await plant(client, storedTableName({ ...planting, side: 'target' }, row.table), row, kind, after),
    );
  }
  return planted;
}

async function plant(
  client: DynamoDBClient,
  TableName: string,
  { table, item }: { table: string; item: Item },
  kind: CorruptionKind,
  after: Item | null,
): Promise<PlantedCorruption> {
  const keyOf = (row: Item): Item => ({
    partition_key: row.partition_key ?? { S: '' },
    [worldTable(table).range]: row[worldTable(table).range] ?? { S: '' },
  });
  const key = keyOf(after ?? item);
  const isNew = canonicalItem(key) !== canonicalItem(keyOf(item));
  if (after === null) await client.send(new DeleteItemCommand({ TableName, Key: key }));
  else await client.send(new PutItemCommand({ TableName, Item: after }));
  return { table, key, kind, expected: corruptions[kind].expected, before: isNew ? null : item, after };
}
