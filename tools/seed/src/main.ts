import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { awsConfig, ConfigurationError, localStackConfig, processEnv } from '@agent-engine/config';
import { AppError } from '@agent-engine/errors';
import { createModels, dynamoDbClient } from '@agent-engine/models';
import { Command, InvalidArgumentError } from 'commander';
import { readSeedFile } from './read-seed-file.ts';
import { seed } from './seed.ts';
import { SeedProblem } from './seed-problem.ts';

interface Options {
  file: string;
  endpoint?: string;
  part?: string;
  set: Record<string, string>;
}

const { file, endpoint, part, set } = new Command('npm run seed --')
  .description(
    "Writes the rows of a YAML file into the engine's tables; the same file again changes nothing.",
  )
  .requiredOption('--file <file>', 'what to write')
  .option('--endpoint <id>', 'endpoint of the rows for which the file names none')
  .option('--part <id>', 'part of the rows for which the file names none')
  .option('--set <NAME=value>', 'value of ${NAME} in the file; may be repeated', variable, {})
  .parse()
  .opts<Options>();

try {
  const { workingDirectory = '.' } = localStackConfig(processEnv());
  const aws = awsConfig(processEnv());
  const source = await readFile(resolve(workingDirectory, file), 'utf8').catch((error: unknown) => {
    throw new SeedProblem([`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  });
  const content = readSeedFile(source, { file, variables: set });
  const client = dynamoDbClient(aws);
  const counts = await seed(createModels(aws, client), content, { endpointId: endpoint, partId: part });
  client.destroy();
  console.log(`${counts.created} created, ${counts.updated} updated, ${counts.unchanged} unchanged`);
} catch (error) {
  const isForThePerson =
    error instanceof SeedProblem || error instanceof ConfigurationError || error instanceof AppError;
  console.error(isForThePerson ? error.message : error);
  process.exitCode = 1;
}

function variable(assignment: string, variables: Record<string, string>): Record<string, string> {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(assignment) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Write it as NAME=value.');
  return { ...variables, [name]: value };
}
