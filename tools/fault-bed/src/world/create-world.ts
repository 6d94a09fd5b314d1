import {
  type BillingMode,
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  ResourceInUseException,
  type StreamViewType,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type { TableProperties } from '@agent-engine/entities';
import { legacyTableProperties, targetTableProperties, worldTables } from './world-tables.ts';

const THROUGHPUT = { ReadCapacityUnits: 1000, WriteCapacityUnits: 1000 };

export interface LegacyTables {
  /** Default `aace-`. */
  tablePrefix?: string;
  /** Without prefix; default all 17. */
  tables?: readonly string[];
  /** Indexes to leave out by table, or `all`: an index cannot be added later, so old tables lack the new ones. */
  without?: Readonly<Record<string, readonly string[]>> | 'all';
  /** Default: no stream, as the older engine had none. */
  stream?: StreamViewType;
  /** Default PAY_PER_REQUEST. */
  billing?: BillingMode;
}

/** The tables of the older engine, empty. Returns their names; those that exist stay as they are. */
export async function createLegacyTables(
  client: DynamoDBClient,
  options: LegacyTables = {},
): Promise<string[]> {
  const { tablePrefix = 'aace-', tables, without = {}, stream, billing } = options;
  const wanted = worldTables.filter(({ table }) => tables?.includes(table) ?? true);
  return Promise.all(
    wanted.map((table) => {
      const properties = legacyTableProperties(table, tablePrefix);
      const missing =
        without === 'all'
          ? (properties.LocalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName)
          : (without[table.table] ?? []);
      return create(client, withoutIndexes(properties, missing), stream, billing);
    }),
  );
}

export interface TargetTables {
  tablePrefix?: string;
  /** Default `-pk`. */
  tenantTableSuffix?: string;
  tables?: readonly string[];
  /** Default NEW_AND_OLD_IMAGES; null for none. */
  stream?: StreamViewType | null;
  billing?: BillingMode;
}

/** The tables that rows are copied to: those whose hash key becomes the partition, under their new names. */
export function createTargetTables(client: DynamoDBClient, options: TargetTables = {}): Promise<string[]> {
  const { tablePrefix = 'aace-', tenantTableSuffix = '-pk', tables, billing } = options;
  const { stream = 'NEW_AND_OLD_IMAGES' } = options;
  const wanted = worldTables.filter(
    ({ table, move }) => move === 'rekey' && (tables?.includes(table) ?? true),
  );
  return Promise.all(
    wanted.map((table) =>
      create(
        client,
        targetTableProperties(table, { tablePrefix, tenantTableSuffix }),
        stream ?? undefined,
        billing,
      ),
    ),
  );
}

async function create(
  client: DynamoDBClient,
  properties: CreateTableCommandInput & { TableName: string },
  stream?: StreamViewType,
  billing: BillingMode = 'PAY_PER_REQUEST',
): Promise<string> {
  const provisioned = billing === 'PROVISIONED' ? { ProvisionedThroughput: THROUGHPUT } : {};
  const global = properties.GlobalSecondaryIndexes?.map((index) => ({ ...index, ...provisioned }));
  await client
    .send(
      new CreateTableCommand({
        ...properties,
        ...(global && { GlobalSecondaryIndexes: global }),
        ...provisioned,
        BillingMode: billing,
        ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
      }),
    )
    .catch((error: unknown) => {
      if (!(error instanceof ResourceInUseException)) throw error;
    });
  await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 0.05, maxDelay: 1 },
    { TableName: properties.TableName },
  );
  return properties.TableName;
}

/** Attributes that only a missing index used may not be declared either. */
function withoutIndexes(
  properties: TableProperties,
  missing: readonly string[],
): CreateTableCommandInput & { TableName: string } {
  const unknown = missing.filter(
    (name) =>
      ![...(properties.LocalSecondaryIndexes ?? []), ...(properties.GlobalSecondaryIndexes ?? [])].some(
        ({ IndexName }) => IndexName === name,
      ),
  );
  if (unknown.length > 0) throw new Error(`${properties.TableName} has no index ${unknown.join(', ')}.`);
  const keep = (index: { IndexName: string }) => !missing.includes(index.IndexName);
  const local = properties.LocalSecondaryIndexes?.filter(keep) ?? [];
  const global = properties.GlobalSecondaryIndexes?.filter(keep) ?? [];
  const used = new Set(
    [properties, ...local, ...global].flatMap(({ KeySchema }) => KeySchema.map((key) => key.AttributeName)),
  );
  return {
    TableName: properties.TableName,
    KeySchema: properties.KeySchema,
    AttributeDefinitions: properties.AttributeDefinitions.filter(({ AttributeName }) =>
      used.has(AttributeName),
    ),
    ...(local.length > 0 && { LocalSecondaryIndexes: local }),
    ...(global.length > 0 && { GlobalSecondaryIndexes: global }),
  };
}
