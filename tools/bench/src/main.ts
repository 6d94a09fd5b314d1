import { Argument, Command } from 'commander';
import { benchApi } from './api/api.bench.ts';
import { build } from './build.ts';
import type { BenchResult } from './figure.ts';
import { benchMigrate } from './migrate/migrate.bench.ts';
import { jsonReport, tableReport } from './report.ts';
import { benchRunner } from './runner/runner.bench.ts';
import { benchScope } from './scope/scope.bench.ts';
import { benchStart } from './start/start.bench.ts';

const benches: Record<string, (options: { full: boolean }) => Promise<BenchResult>> = {
  api: benchApi,
  runner: benchRunner,
  scope: benchScope,
  start: benchStart,
  migrate: benchMigrate,
};

const command = new Command('npm run bench --')
  .description(
    'Measures the engine as built against a floor in the same run. Missed targets are told, not fatal.',
  )
  .addArgument(new Argument('[name]', 'all when absent').choices(Object.keys(benches)))
  .option('--json', 'one JSON object on stdout')
  .option('--full', 'also what takes very long: a million rows')
  .parse();
const wanted = command.args[0];
const { json, full = false } = command.opts<{ json?: boolean; full?: boolean }>();

console.error('building …');
await build();
const results: BenchResult[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (wanted !== undefined && wanted !== name) continue;
  console.error(`measuring ${name} …`);
  const result = await bench({ full });
  results.push(result);
  if (!json) console.log(tableReport(result));
}
if (json) console.log(jsonReport(results));
