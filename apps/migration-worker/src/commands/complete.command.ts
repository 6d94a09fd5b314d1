import { createInterface } from 'node:readline/promises';
import { complete } from '../complete/complete.ts';
import { MigrationError } from '../migration-error.ts';
import { type AddCommand, type CommonOptions, migrationCommand, withMigration } from './command.ts';

interface CompleteArguments extends CommonOptions {
  yes?: boolean;
}

export const addComplete: AddCommand = (program, context) => {
  migrationCommand(program, 'complete', 'make it final: no way back after it')
    .option('--yes', 'do not ask')
    .action(async (options: CompleteArguments) => {
      await withMigration(options, context, async (migration) => {
        if (!options.yes) await confirm(migration.config.id);
        const { stripped, settled } = await complete(migration, context.signal);
        context.output.out(
          `${options.json ? JSON.stringify({ state: 'COMPLETED', stripped, settled }) : `completed: marks taken off ${stripped} rows, endpoints settled on ${settled}`}\n`,
        );
      });
    });
};

async function confirm(id: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new MigrationError('usage', 'Completing cannot be undone: say --yes where nobody can be asked.');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(
    `There is no way back after this. Type the migration's id (${id}) to go on: `,
  );
  lines.close();
  if (answer.trim() !== id) throw new MigrationError('usage', 'That is not its id. Nothing was changed.');
}
