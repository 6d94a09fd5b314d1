import { ConfigurationError, DEVELOPMENT, processEnv } from '@agent-engine/config';
import { Partition } from '@agent-engine/partition';
import { AppError } from '@agent-engine/errors';
import { Command, InvalidArgumentError, Option } from 'commander';
import { lifetimeSeconds } from './lifetime.ts';
import { signToken } from './sign-token.ts';

interface Options {
  endpoint: string;
  part?: string;
  parts?: string[];
  role?: string;
  user: string;
  ttl: number;
}

const options = new Command('npm run --silent token --')
  .description('Prints a JWT that the local stack accepts.')
  .option('--endpoint <id>', 'endpoint', DEVELOPMENT.endpointId)
  .option('--part <id>', 'the part the token is for')
  .addOption(
    new Option('--parts <list>', 'parts to choose from, comma-separated; "*" for all')
      .argParser((list) => list.split(','))
      .conflicts('part'),
  )
  .option('--role <role>', 'for example admin')
  .option('--user <name>', 'subject of the token', 'developer')
  .option('--ttl <span>', 'how long it is valid: 30s, 15m, 1h, 7d', lifetime, lifetime('1h'))
  .parse()
  .opts<Options>();

try {
  const { endpoint: endpointId, part: partId, parts: partIds, role, user, ttl } = options;
  for (const part of partIds ?? [partId]) if (part !== '*') Partition.of(endpointId, part);
  const wish = { endpointId, partId, partIds, role, user, lifetimeSeconds: ttl };
  console.log(signToken(wish, processEnv()));
} catch (error) {
  if (!(error instanceof ConfigurationError || error instanceof AppError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function lifetime(span: string): number {
  const seconds = lifetimeSeconds(span);
  if (seconds === undefined) throw new InvalidArgumentError('Write it as 30s, 15m, 1h or 7d.');
  return seconds;
}
