import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Command, CommanderError } from 'commander';
import { loadMigrationConfig, MigrationConfigError } from './config/migration-config.ts';
import { plan } from './plan/plan.ts';
import { planText } from './plan/plan-text.ts';

export interface Output {
  out: (text: string) => void;
  err: (text: string) => void;
}

/** Exit codes are part of the interface: 0 done, 2 usage or configuration, 1 anything else. */
export async function runCli(args: readonly string[], { out, err }: Output): Promise<number> {
  const program = new Command('migrate')
    .description('Moves live tables from endpoint_id to partition_key.')
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err });
  program
    .command('plan')
    .description('tables, keys and what moving them takes; changes nothing')
    .requiredOption('--config <file>', 'the migration, as YAML')
    .option('--json', 'one JSON object on stdout')
    .action(async ({ config: file, json }: { config: string; json?: boolean }) => {
      const config = await loadMigrationConfig(file);
      const { endpoint, region = 'us-east-1' } = config.source;
      const client = new DynamoDBClient({ endpoint, region });
      try {
        const planned = await plan(client, config);
        out(`${json ? JSON.stringify(planned) : planText(planned)}\n`);
      } finally {
        client.destroy();
      }
    });
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    err(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof MigrationConfigError ? 2 : 1;
  }
}
