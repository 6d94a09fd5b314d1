import { createLogger, type Logger } from '@agent-engine/observability';
import type { Command } from 'commander';
import { loadMigrationConfig } from '../config/migration-config.ts';
import type { Outcome } from '../migration-error.ts';
import { assertReachable } from '../preflight/reach.checks.ts';
import { type Migration, openMigration } from '../world/migration.ts';

export interface Output {
  out: (text: string) => void;
  err: (text: string) => void;
  /** A person looks on: bars instead of lines. */
  isTerminal?: boolean;
}

export interface CommandContext {
  output: Output;
  /** Aborted by SIGTERM and Ctrl-C. */
  signal: AbortSignal;
  exit: (code: number) => void;
}

export type AddCommand = (program: Command, context: CommandContext) => void;

export interface CommonOptions {
  config: string;
  json?: boolean;
}

/** A command with the options that all of them have. */
export function migrationCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .requiredOption('--config <file>', 'the migration, as YAML')
    .option('--json', 'one JSON object on stdout');
}

/** Opens the migration for one command, and closes it whatever happens. */
export async function withMigration<T>(
  { config: file }: CommonOptions,
  { output }: CommandContext,
  work: (migration: Migration) => Promise<T>,
  unreachable: Outcome | 'ignored' = 'other',
): Promise<T> {
  const migration = openMigration(await loadMigrationConfig(file), loggerTo(output));
  try {
    if (unreachable !== 'ignored') await assertReachable(migration, unreachable);
    return await work(migration);
  } finally {
    migration.close();
  }
}

/** What happens in between goes to stderr: stdout is the answer. */
function loggerTo({ err }: Output): Logger {
  return createLogger({ name: 'migration-worker', level: 'warn', destination: { write: err } });
}
