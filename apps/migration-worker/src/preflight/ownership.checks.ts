import { type AttributeValue, paginateScan, ScanCommand } from '@aws-sdk/client-dynamodb';
import { readControl } from '../control/control-record.ts';
import { controlTableExists } from '../control/control-table.ts';
import { patiently } from '../database/call.ts';
import { configHash } from '../world/config-hash.ts';
import type { Migration } from '../world/migration.ts';
import { type Check, fail, pass } from './check.ts';

/** What the control table says; once the migration has begun, rows in the target and marks in the source are its own. */
export async function stateOf({ control: table }: Migration) {
  const exists = await controlTableExists(table);
  const control = exists ? await readControl(table) : undefined;
  return { exists, control, begun: control !== undefined && control.state !== 'PLANNED' };
}

/** Whether what is there belongs to this migration and to no other. */
export async function ownershipChecks(migration: Migration): Promise<Check[]> {
  const { exists, control, begun } = await stateOf(migration);
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

async function firstRow(
  client: Migration['source']['client'],
  TableName: string,
): Promise<Record<string, AttributeValue> | undefined> {
  const page = await patiently(() =>
    client.send(new ScanCommand({ TableName, Limit: 1, ConsistentRead: true })),
  );
  return page.Items?.[0];
}
