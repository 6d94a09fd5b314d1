import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { TableShape } from '@agent-engine/migration-core';
import { streamEnabled } from '../arm/table-stream.ts';
import { patiently } from '../database/call.ts';
import { type Database, LONG_READ } from '../database/clients.ts';
import type { Migration } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { type Check, fail, pass, warn } from './check.ts';
import { protectionChecks } from './protection.checks.ts';

type Side = 'source' | 'target';

/** Whether the tables are there and are what the migration takes them for. */
export async function tableChecks(migration: Migration): Promise<Check[]> {
  const checks = await Promise.all(migration.tables.map((moving) => checksOf(migration, moving)));
  return [...checks.flat(), ...prefixChecks(migration)];
}

async function checksOf(migration: Migration, moving: MovingTable): Promise<Check[]> {
  const source = await describe(migration.source, moving.source.name);
  if (!source)
    return [
      fail(
        'source.exists',
        `The source table ${moving.source.name} does not exist.`,
        'Check source.tablePrefix, or name the tables to move in `tables`.',
        moving.table,
      ),
    ];
  if (moving.kind === 'global')
    return [pass('source.exists', `${moving.source.name} is there; it stays as it is.`, moving.table)];
  const checks = [
    pass('source.exists', `${moving.source.name} is there.`, moving.table),
    ...shapeChecks('source', moving, source),
    ...streamChecks('source', moving, source),
  ];
  if (moving.kind !== 'rekey')
    return [...checks, ...(await protectionChecks(migration.source, 'source', moving.table, source))];
  const target = await describe(migration.target, moving.target.name);
  if (!target)
    return [
      ...checks,
      fail(
        'target.exists',
        `The target table ${moving.target.name} does not exist.`,
        'Deploy the tables of the new engine (apps/infra) with this prefix and suffix; indexes can only be made with the table.',
        moving.table,
      ),
    ];
  return [
    ...checks,
    pass('target.exists', `${moving.target.name} is there.`, moving.table),
    ...shapeChecks('target', moving, target),
    ...streamChecks('target', moving, target),
    ...(await sameDatabase(migration, moving, source)),
    ...(await ttlChecks(migration, moving)),
    ...capacityChecks(migration, moving, target),
    ...(await protectionChecks(migration.source, 'source', moving.table, source)),
  ];
}

async function describe({ client }: Database, name: string): Promise<TableDescription | undefined> {
  try {
    const { Table } = await patiently(() =>
      client.send(new DescribeTableCommand({ TableName: name }), LONG_READ),
    );
    return Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

function shapeChecks(side: Side, { table, source, target }: MovingTable, found: TableDescription): Check[] {
  const { shape, name } = side === 'source' ? source : target;
  const checks: Check[] = [];
  if (found.TableStatus !== 'ACTIVE')
    checks.push(
      fail(
        `${side}.active`,
        `${name} is ${found.TableStatus ?? 'in no known state'}.`,
        'Wait until it is ACTIVE.',
        table,
      ),
    );
  const key = keyText(found.KeySchema, found);
  const wanted = `${shape.hash}:S,${shape.range}:${shape.rangeType}`;
  checks.push(
    key === wanted
      ? pass(`${side}.key`, `Its key is ${wanted}.`, table)
      : fail(
          `${side}.key`,
          `The key of ${name} is ${key}, not ${wanted}.`,
          side === 'source'
            ? 'Check source.tablePrefix: this is not a table of the older engine.'
            : 'Check target.tablePrefix and tenantTableSuffix, or deploy the table anew.',
          table,
        ),
  );
  return [...checks, ...indexChecks(side, table, name, shape, found)];
}

function indexChecks(
  side: Side,
  table: string,
  name: string,
  shape: TableShape,
  found: TableDescription,
): Check[] {
  const present = new Map(
    [...(found.LocalSecondaryIndexes ?? []), ...(found.GlobalSecondaryIndexes ?? [])].map((index) => [
      index.IndexName,
      index,
    ]),
  );
  return shape.indexes.map((index) => {
    const there = present.get(index.name);
    const wanted = `${index.hash}:S,${index.range}:${index.rangeType}`;
    if (!there) {
      if (side === 'target')
        return fail(
          'target.index',
          `${name} lacks the index ${index.name}.`,
          'Deploy the table anew: a local index can only be made with its table.',
          table,
        );
      const added = index.kind === 'global';
      return warn(
        'source.index',
        `${name} lacks the index ${index.name}.`,
        added
          ? 'It is added online when the run begins.'
          : 'Nothing to do: tables of that age lack it; the new table has it.',
        table,
      );
    }
    const key = keyText(there.KeySchema, found);
    if (key !== wanted)
      return fail(
        `${side}.index`,
        `The index ${index.name} of ${name} has the key ${key}, not ${wanted}.`,
        'Deploy the table as the engine defines it.',
        table,
      );
    if (there.Projection?.ProjectionType !== 'ALL')
      return fail(
        `${side}.index`,
        `The index ${index.name} of ${name} does not project all attributes.`,
        'Deploy the table as the engine defines it.',
        table,
      );
    return pass(`${side}.index`, `${index.name} is there.`, table);
  });
}

function keyText(
  schema: TableDescription['KeySchema'],
  { AttributeDefinitions = [] }: TableDescription,
): string {
  const types = new Map(
    AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
  );
  return [...(schema ?? [])]
    .sort((a, b) => (a.KeyType ?? '').localeCompare(b.KeyType ?? ''))
    .map(({ AttributeName }) => `${AttributeName}:${types.get(AttributeName) ?? '?'}`)
    .join(',');
}

function streamChecks(side: Side, { table, source, target }: MovingTable, found: TableDescription): Check[] {
  const { name } = side === 'source' ? source : target;
  const view = found.StreamSpecification?.StreamViewType;
  if (!streamEnabled(found))
    return [pass(`${side}.stream`, `${name} has no stream; it is turned on when needed.`, table)];
  if (view === 'NEW_AND_OLD_IMAGES')
    return [pass(`${side}.stream`, `The stream of ${name} has both images.`, table)];
  return [
    fail(
      `${side}.stream`,
      `The stream of ${name} has ${view ?? 'no known view'}, and both images are needed.`,
      'The view of a stream cannot be changed: turn it off (its consumers end), and this run turns on one with NEW_AND_OLD_IMAGES.',
      table,
    ),
  ];
}

/** Rows, checkpoints and leases are written in one transaction: both sides have to be one account and region. */
async function sameDatabase(
  { target }: Migration,
  { table, source }: MovingTable,
  seen: TableDescription,
): Promise<Check[]> {
  const through = await describe(target, source.name);
  const same =
    through?.TableArn === seen.TableArn &&
    through?.CreationDateTime?.getTime() === seen.CreationDateTime?.getTime();
  return [
    same
      ? pass('one-database', 'Both sides are one database.', table)
      : fail(
          'one-database',
          `${source.name} is not the same table seen through the target's endpoint.`,
          'Source and target have to be in one account and region: rows and checkpoints are written in one transaction.',
          table,
        ),
  ];
}

async function ttlChecks({ target }: Migration, { table, target: side }: MovingTable): Promise<Check[]> {
  const { TimeToLiveDescription: ttl } = await patiently(() =>
    target.client.send(new DescribeTimeToLiveCommand({ TableName: side.name })),
  );
  const on = ttl?.TimeToLiveStatus === 'ENABLED' || ttl?.TimeToLiveStatus === 'ENABLING';
  return [
    on
      ? fail(
          'target.ttl',
          `${side.name} lets rows expire (${ttl?.AttributeName ?? '?'}).`,
          'Turn its TTL off until the cutover: rows would vanish on one side only.',
          table,
        )
      : pass('target.ttl', 'Rows do not expire.', table),
  ];
}

function capacityChecks(
  { config }: Migration,
  { table, target }: MovingTable,
  found: TableDescription,
): Check[] {
  const { WriteCapacityUnits: units = 0 } = found.ProvisionedThroughput ?? {};
  if (found.BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST' || units === 0)
    return [pass('target.capacity', 'It is billed per request.', table)];
  return units < config.capacity.write
    ? [
        warn(
          'target.capacity',
          `${target.name} has ${units} write units per second, and capacity.write is ${config.capacity.write}.`,
          'Raise the table, or lower capacity.write: the run slows down by itself, and throttles meanwhile.',
          table,
        ),
      ]
    : [pass('target.capacity', `It has ${units} write units per second.`, table)];
}

function prefixChecks({ config, tables }: Migration): Check[] {
  if (!tables.some(({ kind }) => kind === 'backfill')) return [];
  return config.source.tablePrefix === config.target.tablePrefix
    ? [pass('in-place.prefix', 'Tables that stay in place have one name for both engines.')]
    : [
        fail(
          'in-place.prefix',
          `Tables that stay in place are ${config.source.tablePrefix}… for the older engine; the new one would look for ${config.target.tablePrefix}….`,
          'Use one prefix and a tenantTableSuffix, or leave those tables out of `tables`.',
        ),
      ];
}
