import type { Side } from '../history/logical-row.ts';
import type { Item } from '../world/item.ts';
import { legacyKeysOf, mapLegacyKey, type WorldMapping } from '../world/mapping.ts';
import { worldTable } from '../world/world-tables.ts';

/** Where writers write, and in which form: the older engine's tables, or today's. */
export class WriterSide {
  readonly side: Side;
  readonly mapping: WorldMapping;
  private readonly prefix: string;
  private readonly suffix: string;

  constructor(
    side: Side,
    mapping: WorldMapping,
    naming: { tablePrefix?: string; tenantTableSuffix?: string } = {},
  ) {
    this.side = side;
    this.mapping = mapping;
    this.prefix = naming.tablePrefix ?? 'aace-';
    this.suffix = naming.tenantTableSuffix ?? (side === 'target' ? '-pk' : '');
  }

  tableName(table: string): string {
    return `${this.prefix}${table}${worldTable(table).move === 'rekey' ? this.suffix : ''}`;
  }

  keyNames(table: string): [hash: string, range: string] {
    const { move, legacyHash, range } = worldTable(table);
    return [this.side === 'target' && move === 'rekey' ? 'partition_key' : legacyHash, range];
  }

  keyOf(table: string, item: Item): Item {
    return Object.fromEntries(this.keyNames(table).map((name) => [name, item[name] ?? { S: '' }]));
  }

  /** A row of the older engine as this side has it. Undefined: the tenant has no partition. */
  shaped(table: string, legacy: Item, tenant: string): Item | undefined {
    if (this.side === 'source') return legacy;
    const partition = mapLegacyKey(this.mapping, tenant);
    if (!partition || worldTable(table).move === 'global') return partition && legacy;
    const { endpoint_id, part_id, partition_key } = partition;
    return {
      ...legacy,
      partition_key: { S: partition_key },
      endpoint_id: { S: endpoint_id },
      part_id: { S: part_id },
    };
  }

  /** The legacy key whose rows these are; undefined where a row does not say. */
  tenantOf(item: Item): string | undefined {
    const [endpoint_id, part_id] = [item.endpoint_id?.S, item.part_id?.S];
    // Today's stamps, which rows that stay in their table may have before the migration too.
    const stamped = endpoint_id !== undefined && part_id !== undefined;
    const [known] = stamped ? legacyKeysOf(this.mapping, { endpoint_id, part_id }) : [];
    if (known !== undefined || this.side === 'target') return known;
    return endpoint_id ?? item.partition_key?.S;
  }
}
