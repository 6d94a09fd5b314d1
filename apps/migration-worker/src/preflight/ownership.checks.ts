import { type AttributeValue, paginateScan, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marks } from '@agent-engine/migration-core';
import { readControl } from '../control/control-record.ts';
import { controlTableExists } from '../control/control-table.ts';
import { patiently } from '../database/call.ts';
import { configHash } from '../world/config-hash.ts';
import type { Migration } from '../world/migration.ts';
import { type Check, fail, pass } from './check.ts';

/** Whether what is there belongs to this migration and to no other. */
export async function ownershipChecks(migration: Migration): Promise<Check[]> {
  const exists = await controlTableExists(migration.control);
  const control = exists ? await readControl(migration.control) : undefined;
  const begun = control !== undefined && control.state !== 'PLANNED';
  const checks: Check[] = [
    control === undefined || control.configHash === configHash(migration.config)
      ? pass(
          'id.configuration',
          begun ? 'It is the configuration this migration began with.' : 'This id is new.',
        )
      : fail(
          'id.configuration',
          `The migration ${migration.config.id} began with other tables or another mapping.`,
          'Use the configuration it began with, or a new id.',
        ),
    control?.state === 'COMPLETED' || control?.state === 'ABORTED'
      ? fail(
          'id.unused',
          `The migration ${migration.config.id} is ${control.state}.`,
          'A new migration needs a new id.',
        )
      : pass('id.unused', `${migration.config.id} is ${control?.state ?? 'not used yet'}.`),
  ];
  if (exists) checks.push(...(await otherMigrations(migration)));
  for (const moving of migration.tables.filter(({ kind }) => kind === 'rekey')) {
    if (begun) checks.push(pass('target.ours', "What is in it is this migration's.", moving.table));
    else checks.push(await emptyTarget(migration, moving.target.name, moving.table));
    checks.push(
      begun
        ? pass('source.marks', 'Marks in it would be ours.', moving.table)
        : await unmarkedSource(migration, moving.source.name, moving.table),
    );
  }
  return checks;
}

/** Two migrations of the same tables would each take the other's writes for an application's. */
async function otherMigrations({ control, config }: Migration): Promise<Check[]> {
  const others: string[] = [];
  const pages = paginateScan(
    { client: control.client },
    {
      TableName: control.name,
      FilterExpression: '#item = :control AND migration_id <> :own',
      ExpressionAttributeNames: { '#item': 'item' },
      ExpressionAttributeValues: { ':control': { S: 'control' }, ':own': { S: config.id } },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages)
    for (const item of Items)
      if (!['COMPLETED', 'ABORTED', 'PLANNED'].includes(item.state?.S ?? ''))
        others.push(`${item.migration_id?.S} (${item.state?.S})`);
  return [
    others.length === 0
      ? pass('other-migrations', 'No other migration is under way here.')
      : fail(
          'other-migrations',
          `Another migration is under way here: ${others.join(', ')}.`,
          'Complete it or abort it first.',
        ),
  ];
}

async function emptyTarget({ target }: Migration, name: string, table: string): Promise<Check> {
  const row = await firstRow(target.client, name);
  return row
    ? fail(
        'target.empty',
        `${name} has rows that this migration did not write.`,
        "Empty it (delete and deploy it anew), or choose another tenantTableSuffix. If they are an earlier migration's, use its id.",
        table,
      )
    : pass('target.empty', `${name} is empty.`, table);
}

async function unmarkedSource({ source }: Migration, name: string, table: string): Promise<Check> {
  const marked = await firstRow(
    source.client,
    name,
    'attribute_exists(#version) OR attribute_exists(#deleted)',
  );
  return marked
    ? fail(
        'source.marks',
        `${name} has rows with marks of another migration (_mig_*).`,
        'Complete that migration, or take its marks off, first.',
        table,
      )
    : pass('source.marks', 'No other migration has left marks in it.', table);
}

async function firstRow(
  client: Migration['source']['client'],
  name: string,
  filter?: string,
): Promise<Record<string, AttributeValue> | undefined> {
  let from: Record<string, AttributeValue> | undefined;
  do {
    const start = from;
    const page = await patiently(() =>
      client.send(
        new ScanCommand({
          TableName: name,
          Limit: filter ? undefined : 1,
          FilterExpression: filter,
          ExpressionAttributeNames: filter
            ? { '#version': marks.version, '#deleted': marks.deleted }
            : undefined,
          ExclusiveStartKey: start,
          ConsistentRead: true,
        }),
      ),
    );
    if (page.Items?.[0]) return page.Items[0];
    from = page.LastEvaluatedKey;
  } while (from);
  return undefined;
}
