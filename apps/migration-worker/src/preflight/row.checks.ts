import { BatchGetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '@agent-engine/migration-core';
import { surveyTable, type Survey } from '../plan/survey-table.ts';
import { patiently } from '../database/call.ts';
import type { Migration } from '../world/migration.ts';
import type { MovingTable } from '../world/moving-table.ts';
import { type Check, fail, pass } from './check.ts';
import { stateOf } from './ownership.checks.ts';

const NAMED_KEYS = 10;

/** Whether every row has a place over there, and a place of its own. Reads each table once. */
export async function rowChecks(migration: Migration): Promise<Check[]> {
  const checks: Check[] = [];
  const { begun } = await stateOf(migration);
  for (const moving of migration.tables.filter(({ kind }) => kind === 'rekey')) {
    const survey = await surveyTable(migration, moving);
    checks.push(mappedCheck(migration, moving, survey), ...misfitChecks(moving, survey));
    checks.push(marksCheck(moving, survey, begun));
    checks.push(await collisionCheck(migration, moving, survey));
  }
  return checks;
}

function mappedCheck({ mapping }: Migration, { table }: MovingTable, { keys }: Survey): Check {
  const unmapped = [...keys].flatMap(([key, rows]) => {
    const mapped = mapping(key);
    return 'refused' in mapped ? [{ key, rows, reason: mapped.refused }] : [];
  });
  const [first] = unmapped;
  if (!first) return pass('mapping.complete', `${keys.size} legacy keys, each with a partition.`, table);
  const named = unmapped.slice(0, NAMED_KEYS).map(({ key, rows }) => `${JSON.stringify(key)} (${rows} rows)`);
  const more = unmapped.length > NAMED_KEYS ? ` and ${unmapped.length - NAMED_KEYS} more` : '';
  return fail(
    'mapping.complete',
    `Legacy keys without a partition: ${named.join(', ')}${more}. ${first.reason}`,
    'List each under mapping.partitions with the partition its rows belong to.',
    table,
  );
}

function marksCheck({ table, source }: MovingTable, { marked }: Survey, begun: boolean): Check {
  if (begun) return pass('source.marks', 'Marks in it would be ours.', table);
  return marked
    ? fail(
        'source.marks',
        `${source.name} has rows with marks of another migration (_mig_*).`,
        'Complete that migration, or take its marks off, first.',
        table,
      )
    : pass('source.marks', 'No other migration has left marks in it.', table);
}

function misfitChecks({ table }: MovingTable, { misfits, sums }: Survey): Check[] {
  if (misfits.size === 0)
    return [pass('rows.fit', `All of ${sums.rows} rows fit into the new table.`, table)];
  return [...misfits.values()].map((misfit) =>
    fail(
      'rows.fit',
      `${misfit.rows} rows do not fit: ${misfit.reason} For example ${misfit.examples.map(plain).join(', ')}.`,
      'Mend or delete these rows in the source.',
      table,
    ),
  );
}

/** Legacy keys that share a partition must not share a range key. */
async function collisionCheck(
  migration: Migration,
  { table, source }: MovingTable,
  { keys }: Survey,
): Promise<Check> {
  const groups = new Map<string, string[]>();
  for (const key of keys.keys()) {
    const mapped = migration.mapping(key);
    if ('partition' in mapped)
      groups.set(mapped.partition.key, [...(groups.get(mapped.partition.key) ?? []), key]);
  }
  for (const [partition, [first, ...others]] of groups) {
    for (const other of first === undefined ? [] : others) {
      const collision = await commonRange(migration, source, first ?? '', other);
      if (collision)
        return fail(
          'mapping.collision',
          `Rows of ${JSON.stringify(first)} and ${JSON.stringify(other)}, both mapped to ${partition}, have the same key ${plain(collision)}.`,
          'Map the two keys to partitions of their own, or give one of the rows another key.',
          table,
        );
    }
  }
  return pass('mapping.collision', 'No two rows want the same key.', table);
}

async function commonRange(
  { source: database }: Migration,
  { name, shape }: MovingTable['source'],
  one: string,
  other: string,
): Promise<Item | undefined> {
  const pages = paginateQuery(
    { client: database.client, pageSize: 100 },
    {
      TableName: name,
      KeyConditionExpression: '#hash = :key',
      ExpressionAttributeNames: { '#hash': shape.hash, '#range': shape.range },
      ExpressionAttributeValues: { ':key': { S: one } },
      ProjectionExpression: '#hash, #range',
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) {
    let open: Item[] = Items.map(
      (row) => ({ [shape.hash]: { S: other }, [shape.range]: row[shape.range] }) as Item,
    );
    while (open.length > 0) {
      const asked = open;
      const { Responses, UnprocessedKeys } = await patiently(() =>
        database.client.send(
          new BatchGetItemCommand({
            RequestItems: {
              [name]: {
                Keys: asked,
                ProjectionExpression: '#range',
                ExpressionAttributeNames: { '#range': shape.range },
                ConsistentRead: true,
              },
            },
          }),
        ),
      );
      const found = Responses?.[name]?.[0];
      if (found) return found;
      open = UnprocessedKeys?.[name]?.Keys ?? [];
    }
  }
  return undefined;
}

const plain = (key: Item) => JSON.stringify(unmarshall(key, { wrapNumbers: (text) => text }));
