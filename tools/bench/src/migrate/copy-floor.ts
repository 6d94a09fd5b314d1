import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createTargetTables } from '@agent-engine/fault-bed';
import { inWorkspace } from '../workspace.ts';
import { dropTable, type MigrationWorld, PREFIX, SEGMENTS } from './migration.world.ts';

const run = promisify(execFile);
const MAIN = inWorkspace('tools/bench/dist/migrate/copy-floor.main.js');
/** As many batches of a page under way at once as the worker has. */
const LANES = 4;
const SUFFIX = '-floor';

/** Rows per second of the plain loop, into an empty table like the migration's. */
export async function copyFloor(
  { client, env }: MigrationWorld,
  table: string,
  mode: 'put' | 'insert',
): Promise<number> {
  const target = `${PREFIX}${table}${SUFFIX}`;
  await createTargetTables(client, { tenantTableSuffix: SUFFIX, tables: [table], stream: null });
  const args = [MAIN, `${PREFIX}${table}`, target, mode, String(SEGMENTS), String(LANES)];
  const { stdout } = await run(process.execPath, args, { env });
  const { rows, seconds } = JSON.parse(stdout) as { rows: number; seconds: number };
  await dropTable(client, target);
  return rows / seconds;
}
