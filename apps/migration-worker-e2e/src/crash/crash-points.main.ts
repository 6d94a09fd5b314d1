import { startDynamoDbLocal } from '@agent-engine/testing';
import { processEnv } from '@agent-engine/config';
import { Command } from 'commander';
import { runPoints } from './run-points.ts';
import { switchPoints } from './switch-points.ts';

interface Options {
  seed: string;
  sample?: string;
  from: string;
  switchSample: string;
}

const { seed, sample, from, switchSample } = new Command('crash-points')
  .description(
    'kill -9 of run, cutover and rollback at each of their calls. Exit 1 at the first that is not survived.',
  )
  .option('--seed <seed>', 'of the worlds', '1')
  .option('--sample <n>', 'calls of `run` only, spread over all; default every one')
  .option('--from <k>', 'the first call of `run`, to go on where it was interrupted', '1')
  .option('--switch-sample <n>', 'calls of each of cutover and rollback; 0: every one', '40')
  .parse()
  .opts<Options>();

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Each with a server of its own: one that holds hundreds of worlds is slow. */
async function onServer(work: () => Promise<void>): Promise<void> {
  const server = await startDynamoDbLocal();
  Object.assign(processEnv(), { TEST_DYNAMODB_ENDPOINT: server.endpoint });
  try {
    await work();
  } finally {
    await server.stop();
  }
}

try {
  await onServer(async () => {
    const { calls, survived } = await runPoints({
      seed,
      deaths: ['before', 'after'],
      sample: sample === undefined ? undefined : Number(sample),
      from: Number(from),
      onPoint: ({ k, calls: of, death }) => say(`run: killed ${death} call ${k} of ${of}: EQUAL`),
    });
    say(
      `run: ${calls} calls undisturbed; survived ${survived.length} kills, each EQUAL, with at most a page and a batch done again`,
    );
  });
  await onServer(async () => {
    const deaths = await switchPoints({
      seed,
      sample: Number(switchSample) || undefined,
      onPoint: ({ command, k, calls: of, death, then }) =>
        say(`${command}: killed ${death} call ${k} of ${of}, then ${then}: EQUAL`),
    });
    say(`cutover and rollback: survived ${deaths} kills, no acknowledged write lost, never both sides open`);
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
