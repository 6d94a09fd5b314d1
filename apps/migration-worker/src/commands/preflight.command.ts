import { EXIT } from '../migration-error.ts';
import { preflight, preflightText } from '../preflight/preflight.ts';
import { type AddCommand, type CommonOptions, migrationCommand, withMigration } from './command.ts';

export const addPreflight: AddCommand = (program, context) => {
  migrationCommand(program, 'preflight', 'what stands in the way of a run; changes nothing').action(
    async (options: CommonOptions) => {
      await withMigration(
        options,
        context,
        async (migration) => {
          const found = await preflight(migration);
          context.output.out(`${options.json ? JSON.stringify(found) : preflightText(found)}\n`);
          context.exit(found.ok ? EXIT.done : EXIT.preflightRefused);
        },
        'ignored',
      );
    },
  );
};
