import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createLegacyTables,
  createTargetTables,
  legacyTenantMapping,
  obeyFile,
  seedLegacyWorld,
  Writers,
  WriterSide,
} from '@agent-engine/fault-bed';
import { stringify } from 'yaml';
import type { Place, Stage } from './stage.ts';

export const MIGRATION_ID = 'demo-night';
export const SEED = 2026;

/** Tables of the older engine with years of rows in them, the empty ones beside them. @returns rows per table */
export async function makeLegacyWorld({ client }: Place, rows: number): Promise<Record<string, number>> {
  // With every request to a table that has a stream, DynamoDB Local looks through the records of all streams for the
  // first one of this: streams are turned on when they are needed, and not before.
  await Promise.all([createLegacyTables(client), createTargetTables(client, { stream: null })]);
  return seedLegacyWorld(client, { seed: SEED, count: rows });
}

const NAME = 'legacy';

/** Writers hold while there is a file, and answer beside it once nothing of theirs is under way. */
function fenceOf(file: string): { command: string; unfence: string } {
  const [asked, answer] = [`'${file}'`, `'${file}.${NAME}'`];
  const until = (test: string) =>
    `until ${test}; do [ -d "$(dirname ${asked})" ] || exit 1; sleep 0.02; done`;
  return {
    command: `touch ${asked}; ${until(`[ -e ${answer} ]`)}`,
    unfence: `rm -f ${asked}; ${until(`[ ! -e ${answer} ]`)}`,
  };
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
    name: NAME,
  });
  await stage.atEnd('writers of the older engine', () => writers.stop());
  const hold = join(place.directory, 'hold');
  const stopObeying = await obeyFile(writers.fence, hold, NAME);
  await stage.atEnd('the fence', stopObeying);
  const config = join(place.directory, 'migration.yaml');
  await writeFile(
    config,
    stringify({
      id: MIGRATION_ID,
      source: { tablePrefix: 'aace-', endpoint: place.endpoint },
      target: { tablePrefix: 'aace-', tenantTableSuffix: '-pk' },
      mapping: legacyTenantMapping,
      capacity: { write: 20_000, read: 20_000 },
      cutover: { fence: fenceOf(hold), budget: '10s' },
      audit: join(place.directory, 'audit.jsonl'),
    }),
  );
  return { writers, config, log };
}
