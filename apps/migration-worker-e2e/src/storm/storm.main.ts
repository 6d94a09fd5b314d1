import { startDynamoDbLocal } from '@agent-engine/testing';
import { processEnv } from '@agent-engine/config';
import { Command } from 'commander';
import { storm } from './storm.ts';

interface Options {
  seeds: string[];
  rows: string;
  kills: string;
  faults: string;
}

const { seeds, rows, kills, faults } = new Command('storm')
  .description(
    'Migrations there and back under kills, faults and live writers. Exit 1 when one is not equal.',
  )
  .option('--seeds <seeds...>', 'one migration each', ['1', '2', '3'])
  .option('--rows <n>', 'of the world before', '400')
  .option('--kills <n>', 'of each of run, cutover and rollback', '20')
  .option('--faults <share>', 'of calls that something happens to, 0 to 1', '0.1')
  .parse()
  .opts<Options>();

const server = await startDynamoDbLocal();
Object.assign(processEnv(), { TEST_DYNAMODB_ENDPOINT: server.endpoint });
try {
  for (const seed of seeds) {
    const found = await storm({ seed, rows: Number(rows), kills: Number(kills), faults: Number(faults) });
    process.stdout.write(
      `seed ${seed}: survived ${found.kills} kills and ${found.faults} faults; ${found.writes} writes acknowledged, writes stood still ${found.writeGapMs} ms at the cutover: ${found.differences.length === 0 ? 'EQUAL' : `NOT EQUAL\n${found.differences.join('\n')}`}\n`,
    );
    if (found.differences.length > 0) process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await server.stop();
}
