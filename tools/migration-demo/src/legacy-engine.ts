import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createLegacyTables,
  createTargetTables,
  legacyTenantMapping,
  seedLegacyWorld,
  startFenceServer,
  Writers,
  WriterSide,
} from '@agent-engine/fault-bed';
import { WORKSPACE } from '@agent-engine/local-stack';
import { stringify } from 'yaml';
import type { Place, Stage } from './stage.ts';

export const MIGRATION_ID = 'demo-night';
export const SEED = 2026;

const FENCE = 'tools/fault-bed/src/writers/fence.main.ts';

/** Tables of the older engine with years of rows in them, the empty ones beside them. @returns rows per table */
export async function makeLegacyWorld({ client }: Place, rows: number): Promise<Record<string, number>> {
  await Promise.all([createLegacyTables(client), createTargetTables(client)]);
  return seedLegacyWorld(client, { seed: SEED, count: rows });
}

export interface LegacyEngine {
  writers: Writers;
  /** The migration's configuration file. */
  config: string;
  /** What its writers say they did. */
  log: string;
}

/** The older engine at work, and the file that says how to move it. */
export async function startLegacyEngine(stage: Stage, place: Place, rate: number): Promise<LegacyEngine> {
  const log = join(place.directory, 'writes.jsonl');
  const writers = await Writers.start({
    client: place.client,
    at: new WriterSide('source', legacyTenantMapping),
    seed: SEED,
    rate,
    log,
    name: 'legacy',
  });
  await stage.atEnd(() => writers.stop());
  const server = await startFenceServer(writers);
  await stage.atEnd(() => server.stop());
  const fence = (wish: string) =>
    `cd '${WORKSPACE}' && '${process.execPath}' --conditions=@agent-engine/source ${FENCE} ${wish} --url ${server.url}`;
  const config = join(place.directory, 'migration.yaml');
  await writeFile(
    config,
    stringify({
      id: MIGRATION_ID,
      source: { tablePrefix: 'aace-', endpoint: place.endpoint },
      target: { tablePrefix: 'aace-', tenantTableSuffix: '-pk' },
      mapping: legacyTenantMapping,
      capacity: { write: 20_000, read: 20_000 },
      cutover: { fence: { command: fence('hold'), unfence: fence('release') }, budget: '10s' },
      audit: join(place.directory, 'audit.jsonl'),
    }),
  );
  return { writers, config, log };
}
