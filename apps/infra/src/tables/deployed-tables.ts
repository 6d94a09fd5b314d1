import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Stage } from '../stages/stage.ts';
import { assertNoTableReplaced, frozenPart, type FrozenTables } from './frozen-tables.ts';
import { servesMigration, stageTables } from './stage-tables.ts';

/** Committed: the tables each stage may already have. `nx run infra:record-tables` adds new ones to it. */
const FILE = fileURLToPath(new URL('../../deployed-tables.json', import.meta.url));

/** Stage → its tables. */
export type DeployedTables = Readonly<Record<string, FrozenTables>>;

export const deployedTables = (): DeployedTables => JSON.parse(readFileSync(FILE, 'utf8')) as DeployedTables;

export function tablesOf(stage: Stage): FrozenTables {
  return Object.fromEntries(stageTables(stage).map(({ id, properties }) => [id, frozenPart(properties)]));
}

/** @throws DeploymentRefused when deploying the stage would replace one of its tables */
export function assertTablesKept(stage: Stage, recorded: DeployedTables = deployedTables()): void {
  const mayGo = (id: string) => servesMigration(id) && !stage.migration;
  assertNoTableReplaced(stage.name, recorded[stage.name] ?? {}, tablesOf(stage), mayGo);
}

/** @throws DeploymentRefused instead of forgetting a table that is recorded */
export function recordTables(stages: readonly Stage[]): void {
  for (const stage of stages) assertTablesKept(stage);
  const lines = stages.map((stage) => `${JSON.stringify(stage.name)}: {\n${tableLines(stage)}\n}`);
  writeFileSync(FILE, `{\n${lines.join(',\n')}\n}\n`);
}

/** One table per line: a diff shows which tables it is about. */
const tableLines = (stage: Stage): string =>
  Object.entries(tablesOf(stage))
    .map(([id, table]) => `  ${JSON.stringify(id)}: ${JSON.stringify(table)}`)
    .join(',\n');
