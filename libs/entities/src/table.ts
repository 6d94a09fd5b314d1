import type { Attributes, EntityDefinition, Index } from './definition.ts';
import { storedName } from './naming.ts';

export interface TableNaming {
  tablePrefix: string;
  /** Only tables whose hash key became the partition get it: they were copied, the others stayed. */
  tenantTableSuffix: string;
}

interface KeySchema {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}
interface IndexProperties {
  IndexName: string;
  KeySchema: KeySchema[];
  Projection: { ProjectionType: 'ALL' };
}

/** Input of CreateTable, and at the same time the properties of an `AWS::DynamoDB::Table`. */
export interface TableProperties {
  TableName: string;
  BillingMode: 'PAY_PER_REQUEST';
  AttributeDefinitions: { AttributeName: string; AttributeType: 'S' | 'N' }[];
  KeySchema: KeySchema[];
  LocalSecondaryIndexes?: IndexProperties[];
  GlobalSecondaryIndexes?: IndexProperties[];
}

export function tableName(definition: EntityDefinition, naming: TableNaming): string {
  const suffix = definition.scope === 'partition' ? naming.tenantTableSuffix : '';
  return `${naming.tablePrefix}${definition.table}${suffix}`;
}

/** The one description of a table: local stack, tests and infrastructure all create it from this. */
export function tableProperties(definition: EntityDefinition, naming: TableNaming): TableProperties {
  const { hash, range } = definition.key;
  const indexes = Object.values<Index>(definition.indexes);
  const local = indexes.filter((index) => index.kind === 'local');
  const global = indexes.filter((index) => index.kind === 'global');
  const keyed = new Set([hash, range, ...indexes.flatMap((index) => [index.hash ?? hash, index.range])]);
  return {
    TableName: tableName(definition, naming),
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...keyed].map((name) => attributeDefinition(name, definition.attributes)),
    KeySchema: keySchema(hash, range),
    ...(local.length > 0 && { LocalSecondaryIndexes: local.map((index) => indexProperties(index, hash)) }),
    ...(global.length > 0 && { GlobalSecondaryIndexes: global.map((index) => indexProperties(index, hash)) }),
  };
}

/**
 * A tenant table as it was before partitions, under its own name: keyed by `endpoint_id`, the rest as today.
 * @throws RangeError for a table that kept its key
 */
export function legacyTableProperties(
  definition: EntityDefinition,
  { tablePrefix }: Pick<TableNaming, 'tablePrefix'>,
): TableProperties {
  if (definition.scope !== 'partition')
    throw new RangeError(`${definition.table} was never keyed by endpoint_id.`);
  const properties = tableProperties(definition, { tablePrefix, tenantTableSuffix: '' });
  const today = storedName(definition.key.hash);
  return JSON.parse(JSON.stringify(properties), (key, value: unknown) =>
    key === 'AttributeName' && value === today ? LEGACY_HASH : value,
  ) as TableProperties;
}

const LEGACY_HASH = 'endpoint_id';

/** Changes to these can be followed from outside: whatever belongs to a tenant may have to be moved while in use. */
export const isFollowed = ({ scope }: EntityDefinition): boolean => scope !== 'global';

/** The attribute by which rows of this table expire: what UpdateTimeToLive and CloudFormation call a specification. */
export function timeToLive({ ttl }: EntityDefinition): { AttributeName: string; Enabled: true } | undefined {
  return ttl === undefined ? undefined : { AttributeName: storedName(ttl), Enabled: true };
}

function attributeDefinition(name: string, attributes: Attributes) {
  const kind = attributes[name]?.kind;
  const numeric = kind === 'integer' || kind === 'float';
  return { AttributeName: storedName(name), AttributeType: numeric ? ('N' as const) : ('S' as const) };
}

function indexProperties(index: Index, tableHash: string): IndexProperties {
  return {
    IndexName: index.name,
    KeySchema: keySchema(index.hash ?? tableHash, index.range),
    Projection: { ProjectionType: 'ALL' },
  };
}

function keySchema(hash: string, range: string): KeySchema[] {
  return [
    { AttributeName: storedName(hash), KeyType: 'HASH' },
    { AttributeName: storedName(range), KeyType: 'RANGE' },
  ];
}
