import { Command, CommanderError } from 'commander';
import { commands } from './commands/commands.ts';
import type { Output } from './commands/command.ts';
import { EXIT, MigrationError } from './migration-error.ts';

export type { Output } from './commands/command.ts';

/** Exit codes are part of the interface: see `EXIT`. */
export async function runCli(
  args: readonly string[],
  output: Output,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const { out, err } = output;
  let code: number = EXIT.done;
  const program = new Command('migrate')
    .description('Moves live tables from endpoint_id to partition_key.')
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err });
  for (const add of commands) {
    add(program, { output, signal, exit: (value) => (code = value) });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    err(`${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof MigrationError) return error.exitCode;
    if (error instanceof Error && error.stack) err(`${error.stack}\n`);
    return EXIT.other;
  }
}
