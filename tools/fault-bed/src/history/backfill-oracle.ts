import type { Item } from '../world/item.ts';
import type { WorldRow } from '../world/legacy-rows.ts';
import { legacyKeysOf, mapLegacyKey, type MappedPartition, type WorldMapping } from '../world/mapping.ts';
import type { WorldComparison } from './compare-worlds.ts';

/** The row that says whose a row is, by the table it is in; the others say it themselves. */
const OWNERS: Readonly<Record<string, { table: string; key: string; alone: boolean }>> = {
  messages: { table: 'threads', key: 'thread_uuid', alone: true },
  tool_calls: { table: 'threads', key: 'thread_uuid', alone: true },
  fine_tuning_messages: { table: 'agents', key: 'agent_uuid', alone: false },
};

/** What rows that stay in their table have to be stamped with. */
export class BackfillOracle {
  private readonly mapping: WorldMapping;
  private readonly rows: { row: WorldRow; id: string }[] = [];
  private readonly owners = new Map<string, string>();

  constructor(mapping: WorldMapping) {
    this.mapping = mapping;
  }

  add(row: WorldRow, id: string): void {
    this.rows.push({ row, id });
  }

  addOwner(table: string, item: Item, legacyKey: string): void {
    const key = table === 'threads' ? item.thread_uuid?.S : item.agent_uuid?.S;
    if (key && (table === 'threads' || table === 'agents')) this.owners.set(`${table} ${key}`, legacyKey);
  }

  judge(result: WorldComparison): void {
    for (const { row, id } of this.rows) {
      const expected = this.expected(row);
      const { partition_key, part_id, endpoint_id } = row.item;
      if (!expected) {
        result.unmovable.push(id);
        continue;
      }
      // The legacy key may stay: older readers look for it.
      const right =
        partition_key?.S === expected.partition_key &&
        part_id?.S === expected.part_id &&
        (endpoint_id?.S === expected.endpoint_id ||
          legacyKeysOf(this.mapping, expected).includes(endpoint_id?.S ?? ''));
      if (right) result.equal++;
      else {
        const detail = `has ${partition_key?.S}, ${endpoint_id?.S}, ${part_id?.S}; belongs to ${expected.partition_key}`;
        result.differences.push({ table: row.table, id, kind: 'stamp', detail });
      }
    }
  }

  private expected({ table, item }: WorldRow): MappedPartition | undefined {
    const owner = OWNERS[table];
    const ownerKey = owner && this.owners.get(`${owner.table} ${item[owner.key]?.S}`);
    const byOwner = ownerKey === undefined ? undefined : mapLegacyKey(this.mapping, ownerKey);
    if (owner?.alone) return byOwner;
    const own = this.ownPartition(item);
    const contradicts = own && byOwner && own.partition_key !== byOwner.partition_key;
    return contradicts || (ownerKey !== undefined && !byOwner) ? undefined : own;
  }

  private ownPartition({ partition_key, endpoint_id, part_id }: Item): MappedPartition | undefined {
    const legacy = mapLegacyKey(this.mapping, endpoint_id?.S ?? '');
    const [endpoint, part] = [endpoint_id?.S, part_id?.S];
    // Stamped by today's engine: then endpoint_id is the partition's, which may be nobody's legacy key.
    if (endpoint && part && partition_key?.S === `${endpoint}#${part}`) {
      return { endpoint_id: endpoint, part_id: part, partition_key: `${endpoint}#${part}` };
    }
    if (legacy) return legacy;
    const shaped = mapLegacyKey(this.mapping, partition_key?.S ?? '');
    if (shaped) return shaped;
    // Written as a partition, with nothing beside it.
    return this.knownPartition(partition_key?.S);
  }

  private knownPartition(key: string | undefined): MappedPartition | undefined {
    const listed = Object.keys(this.mapping.partitions).map((legacy) => mapLegacyKey(this.mapping, legacy));
    return listed.find((partition) => partition?.partition_key === key);
  }
}
