import { setTimeout as delay } from 'node:timers/promises';
import { DemoProblem } from './demo-problem.ts';
import { EngineApi } from './engine-api.ts';
import { type LegacyEngine, makeLegacyWorld, MIGRATION_ID, startLegacyEngine } from './legacy-engine.ts';
import { Migrate } from './migrate.ts';
import { chapter, number, tell } from './narrator.ts';
import { firstPartition, SAVE_ELEMENT, tenantsSee, writeThrough } from './new-engine-writes.ts';
import { areEqual, assertEqual, assertNothingLost } from './proof.ts';
import { RunningWorker } from './running-worker.ts';
import { elementsAtSource } from './rows-of-legacy.ts';
import type { Place, Stage } from './stage.ts';
import { until } from './until.ts';

interface Wish {
  rows: number;
  rate: number;
}

interface Planned {
  tables: { table: string; kind: string; rows: number }[];
  total: { writeUnits: number; readUnits: number; cost: number; seconds: number };
  mapping: { keys: number };
}

/** A night of migration in a few minutes. @throws DemoProblem when anything is not as promised */
export async function demo(stage: Stage, { rows, rate }: Wish): Promise<void> {
  chapter('Starting DynamoDB Local, and building the API');
  const place = await stage.set();

  chapter(`The older engine: 17 tables keyed by endpoint_id, ${number(rows)} rows of five tenants`);
  const counts = await makeLegacyWorld(place, rows);
  tell(
    Object.entries(counts)
      .map(([table, count]) => `${table} ${number(count)}`)
      .join(', '),
  );
  const legacy = await startLegacyEngine(stage, place, rate);
  tell(`Its writers are at work: about ${rate} writes per second, until somebody stops them.`);

  chapter('The new engine waits for its data');
  const api = await EngineApi.start(stage, place, MIGRATION_ID);
  await api.untilReady(false);
  tell('The API runs with MIGRATION_ID: /health/ready is 503, and it touches no table of a tenant.');

  const migrate = new Migrate(stage, legacy.config);
  await before(migrate);
  const worker = await thereUntilVerified(migrate);
  await cutover(migrate, place, { legacy, api, rows });
  const kept = await useTheNewEngine(api);
  await rollback(migrate, place, { api, legacy, kept });
  await worker.stop();
  chapter('Done: there and back, nothing lost, both sides equal.');
}

async function before(migrate: Migrate): Promise<void> {
  chapter('What would be done');
  const { tables, total } = await migrate.json<Planned>('plan');
  const kinds = Object.groupBy(tables, ({ kind }) => kind);
  tell(
    `${kinds.rekey?.length} tables are copied under a new key, ${kinds.backfill?.length} filled in place, ${kinds.global?.length} stay: ` +
      `${number(Math.round(total.writeUnits))} write units, ${number(Math.round(total.readUnits))} read units, $${total.cost.toFixed(2)}.`,
  );
  const { checks } = await migrate.json<{ checks: { verdict: string }[] }>('preflight');
  const verdicts = Object.groupBy(checks, ({ verdict }) => verdict);
  tell(
    `${checks.length} checks: ${verdicts.fail?.length ?? 0} failed, ${verdicts.warn?.length ?? 0} warnings.`,
  );
}

async function thereUntilVerified(migrate: Migrate): Promise<RunningWorker> {
  chapter('Copying and comparing every row, while writers write');
  const worker = await RunningWorker.start(migrate);
  await worker.until('VERIFIED');
  return worker;
}

async function cutover(
  migrate: Migrate,
  place: Place,
  { legacy, api, rows }: { legacy: LegacyEngine; api: EngineApi; rows: number },
): Promise<void> {
  chapter(
    'Cutover: writers are stopped, the streams read to their end, the last changes compared, the route turned',
  );
  legacy.writers.stats.longestGapMs = 0;
  const { writeGapMs } = await migrate.switchOver('cutover');
  tell(`Writes stood still for ${writeGapMs} ms.`);
  await api.untilReady(true);
  tell('The API is ready, without a restart.');
  tell(`Equal on both sides, by an oracle of its own: ${number(await assertEqual(place))} rows.`);
  const acknowledged = await assertNothingLost(place, { log: legacy.log, rows, side: 'target' });
  tell(
    `All ${number(acknowledged)} writes that the older engine's writers were told had succeeded are in the new tables.`,
  );
}

async function useTheNewEngine(api: EngineApi): Promise<string[]> {
  chapter('Working with the new engine, over GraphQL');
  for (const { tenant, partition_key, total } of await tenantsSee(api))
    tell(`${tenant} → ${partition_key}: ${number(total)} elements`);
  const { writes, kept } = await writeThrough(api, 6);
  tell(`${writes} writes: rows made, changed and deleted by each tenant.`);
  return kept;
}

async function rollback(
  migrate: Migrate,
  place: Place,
  { api, legacy, kept }: { api: EngineApi; legacy: LegacyEngine; kept: string[] },
): Promise<void> {
  chapter('Second thoughts: back to the old tables, with what was written since');
  const { rollback: way } = await migrate.json<{ rollback: { status: string } }>('status');
  tell(`The way back is ${way.status}.`);
  const { writeGapMs } = await migrate.switchOver('rollback');
  tell(`Writes stood still for ${writeGapMs} ms. The older engine's writers go on.`);
  const found = await elementsAtSource(place, kept);
  if (found !== kept.length)
    throw new DemoProblem(`Of ${kept.length} rows made in the new engine ${found} are in the old tables.`);
  tell(`All ${found} rows that were made in the new engine and kept are in the old tables.`);
  await api.untilReady(false);
  const { errors } = await api.answer(firstPartition, SAVE_ELEMENT, { title: 'Too late' });
  tell(`The new API refuses to write: ${errors?.[0]?.extensions?.code}`);

  chapter('The proof, at rest');
  await delay(2_000);
  await legacy.writers.stop();
  tell(
    `Writers stopped after ${number(legacy.writers.stats.acknowledged)} writes; ${legacy.writers.stats.refused} were refused.`,
  );
  await until('both sides are equal', () => areEqual(place));
  tell(`Equal on both sides: ${number(await assertEqual(place))} rows.`);
}
