import { ConfigurationError, localStackConfig, processEnv } from '@agent-engine/config';
import { onStopRequest, StackProblem } from '@agent-engine/local-stack';
import { JavaMissing } from '@agent-engine/testing';
import { Command, InvalidArgumentError } from 'commander';
import { demo } from './demo.ts';
import { DemoProblem } from './demo-problem.ts';
import { Stage } from './stage.ts';

interface Options {
  rows: number;
  rate: number;
}

const { rows, rate } = new Command('npm run migrate:demo --')
  .description('Rehearses a migration on this machine: there, and back again, while writers write.')
  .option('--rows <n>', 'rows of the older engine', number, 20_000)
  .option('--rate <n>', 'writes per second of its writers', number, 10)
  .parse()
  .opts<Options>();

const stage = new Stage();
try {
  const { startedByNpm } = localStackConfig(processEnv());
  onStopRequest(interrupted, { watchParent: startedByNpm });
  await demo(stage, { rows, rate });
  await stage.close();
  process.exit(0);
} catch (error) {
  // Whoever asked to stop has seen why things break off.
  if (!stage.isClosing) {
    console.error(isForThePerson(error) ? `\n${error.message}` : error);
    await stage.close();
    process.exit(1);
  }
}

async function interrupted(): Promise<void> {
  console.log('\nStopping.');
  const left = await stage.close();
  console.log(
    left.length === 0
      ? 'Stopped. Database, queue, API, writers and worker of the demo have ended, and its directory is removed: nothing is left.'
      : `Stopped. Left behind: ${left.join(', ')}.`,
  );
}

function isForThePerson(error: unknown): error is Error {
  return [DemoProblem, StackProblem, JavaMissing, ConfigurationError].some((kind) => error instanceof kind);
}

function number(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return Number(text);
}
