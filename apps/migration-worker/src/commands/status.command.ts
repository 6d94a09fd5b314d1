import { readStatus } from '../operator/status.ts';
import { statusText } from '../operator/status-text.ts';
import { type AddCommand, type CommonOptions, migrationCommand, withMigration } from './command.ts';

export const addStatus: AddCommand = (program, context) => {
  migrationCommand(program, 'status', 'how far it is, how fast, and whether there is a way back').action(
    async (options: CommonOptions) => {
      await withMigration(options, context, async (migration) => {
        const status = await readStatus(migration);
        context.output.out(`${options.json ? JSON.stringify(status) : statusText(status)}\n`);
      });
    },
  );
};
