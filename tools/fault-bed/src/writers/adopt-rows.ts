import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '../world/item.ts';
import { type Family, newFamily, remember } from '../world/rows/draw.ts';
import { logicalRow } from '../history/logical-row.ts';
import type { KnownRows } from './known-rows.ts';
import type { WriterSide } from './writer-side.ts';

const ADOPTED = 120;
const SEGMENTS = 4;

/** Rows that exist become rows to write to, and parents for new ones. From several places of each table. */
export async function adoptRows(
  client: DynamoDBClient,
  at: WriterSide,
  known: KnownRows,
  tables: readonly string[],
): Promise<Map<string, Family>> {
  const families = new Map<string, Family>();
  const owners = new Map<string, string>();
  for (const table of tables) {
    for (let Segment = 0; Segment < SEGMENTS; Segment++) {
      const { Items = [] } = await client.send(
        new ScanCommand({
          TableName: at.tableName(table),
          Segment,
          TotalSegments: SEGMENTS,
          Limit: ADOPTED / SEGMENTS,
          ConsistentRead: true,
        }),
      );
      for (const item of Items) adopt(table, item);
    }
  }
  return families;

  function adopt(table: string, item: Item): void {
    const row = logicalRow(at.side, table, item, at.mapping);
    const thread = item.thread_uuid?.S ?? '';
    const tenant = (table === 'threads' ? undefined : owners.get(thread)) ?? at.tenantOf(item);
    if (!row || tenant === undefined) return;
    const family = families.get(tenant) ?? newFamily();
    families.set(tenant, family);
    if (table === 'threads') owners.set(thread, tenant);
    adoptParent(family, table, item);
    if (!known.owns(row.id)) return;
    const image = Object.fromEntries(Object.entries(item).filter(([name]) => !name.startsWith('_mig_')));
    known.add({ table, id: row.id, tenant, image, parent: PARENTS.has(table) });
  }
}

/** Tables whose rows others refer to. */
export const PARENTS: ReadonlySet<string> = new Set(['threads', 'agents', 'runs']);

function adoptParent(family: Family, table: string, item: Item): void {
  const [thread = '', agent = '', run = ''] = [item.thread_uuid?.S, item.agent_uuid?.S, item.run_uuid?.S];
  if (table === 'agents' && agent) remember(family.agents, agent);
  if (table === 'threads' && agent) remember(family.threads, { thread, agent, createdAt: 0 });
  if (table === 'runs') remember(family.runs, { thread, run, createdAt: 0 });
}
