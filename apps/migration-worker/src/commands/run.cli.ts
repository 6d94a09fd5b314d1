import { Option } from 'commander';
import { type AddCommand, type CommonOptions, migrationCommand, withMigration } from './command.ts';
import { requirePreflight } from '../preflight/preflight.ts';
import { run } from './run.command.ts';

interface RunArguments extends CommonOptions {
  until?: 'caught-up';
}

export const addRun: AddCommand = (program, context) => {
  migrationCommand(program, 'run', 'copy, follow and verify, then keep following; again to go on')
    .addOption(new Option('--until <state>', 'end instead of following on').choices(['caught-up']))
    .action(async (options: RunArguments) => {
      await withMigration(
        options,
        context,
        async (migration) => {
          await run(migration, {
            untilCaughtUp: options.until === 'caught-up',
            preflight: requirePreflight,
            signal: context.signal,
          });
        },
        'preflightRefused',
      );
    });
};
