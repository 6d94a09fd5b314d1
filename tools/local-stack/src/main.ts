import { resolve } from 'node:path';
import { ConfigurationError, localStackConfig, processEnv } from '@agent-engine/config';
import { JavaMissing } from '@agent-engine/testing';
import { Command } from 'commander';
import { LocalStack } from './local-stack.ts';
import { StackProblem } from './stack-problem.ts';
import { onStopRequest } from './stop-request.ts';
import { tryThis } from './try-this.ts';

interface Options {
  dataDir?: string;
}

const { dataDir } = new Command('npm start --')
  .description('Runs the whole engine on this machine, with two demo tenants.')
  .option('--data-dir <dir>', 'keep tables, queue and files in this folder across restarts')
  .parse()
  .opts<Options>();

try {
  const config = localStackConfig(processEnv());
  const stack = new LocalStack(config, dataDir && resolve(config.workingDirectory ?? '.', dataDir));
  onStopRequest(() => stack.stop(), { watchParent: config.startedByNpm });
  const url = await stack.start();
  console.log(tryThis(url));
  console.log(`ready ${url}`);
} catch (error) {
  console.error(isForThePerson(error) ? error.message : error);
  // Whatever has been started goes with this process.
  process.exit(1);
}

function isForThePerson(error: unknown): error is Error {
  return error instanceof StackProblem || error instanceof JavaMissing || error instanceof ConfigurationError;
}
