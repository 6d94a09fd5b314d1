import { testDatabase } from '@agent-engine/testing';
import { compareWorlds, differenceCounts } from '../history/compare-worlds.ts';
import { createLegacyTables, createTargetTables } from '../world/create-world.ts';
import { legacyRows } from '../world/legacy-rows.ts';
import { legacyTenantMapping as mapping, legacyTenants, mapLegacyKey } from '../world/mapping.ts';
import { writeRows } from '../world/seed-world.ts';
import { worldTable } from '../world/world-tables.ts';
import { WriterSide } from '../writers/writer-side.ts';
import { corruptions } from './corruptions.ts';
import { plantCorruptions } from './plant-corruptions.ts';

const { client } = testDatabase();
const worlds = { source: { client }, target: { client }, mapping };

/** The simplest migration there is: everything at once, while nobody writes. */
async function migrateAtRest() {
  const at = new WriterSide('target', mapping);
  const rows = [...legacyRows({ seed: 11, count: 900, misfits: 0.02 })];
  await createLegacyTables(client);
  await createTargetTables(client);
  await writeRows(client, rows);
  const tenants = new Map(
    rows.flatMap(({ table, item }) =>
      table === 'threads' ? [[item.thread_uuid?.S, item.endpoint_id?.S] as const] : [],
    ),
  );
  const misfits = rows.filter(
    ({ table, item }) => table === 'messages' && !tenants.has(item.thread_uuid?.S),
  ).length;
  const moved = rows.flatMap(({ table, item }) => {
    const tenant = tenants.get(item.thread_uuid?.S) ?? item.endpoint_id?.S ?? item.partition_key?.S ?? '';
    const known = legacyTenants.find(
      (key) => key === tenant || mapLegacyKey(mapping, key)?.endpoint_id === tenant,
    );
    const shaped = known && at.shaped(table, item, known);
    const isMisfit = table === 'messages' && !tenants.has(item.thread_uuid?.S);
    if (!shaped || isMisfit) return [];
    return [{ table: worldTable(table).move === 'rekey' ? `${table}-pk` : table, item: shaped }];
  });
  await writeRows(client, moved);
  return misfits;
}

it('the oracle finds nothing where nothing is wrong, and everything that was planted', async () => {
  const orphans = await migrateAtRest();
  const before = await compareWorlds(worlds);
  expect(differenceCounts(before)).toEqual({});
  expect(before.equal).toBeGreaterThan(800);
  expect(before.unmovable.length).toBeGreaterThanOrEqual(orphans);

  const planted = await plantCorruptions({ client, seed: 5, count: 36 });
  expect(new Set(planted.map(({ kind }) => kind)).size).toBe(Object.keys(corruptions).length);
  const after = await compareWorlds(worlds);
  const found = new Map(after.differences.map(({ id, kind }) => [id, kind]));
  expect(after.differences).toHaveLength(planted.length);
  for (const { table, key, expected, kind } of planted) {
    const id = [table, key.partition_key?.S, key[worldTable(table).range]?.S].join(' | ');
    expect([kind, found.get(id)]).toEqual([kind, kind === 'stamp' ? 'stamp' : expected]);
  }
}, 60_000);
