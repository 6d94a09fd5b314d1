import { plan } from '../plan/plan.ts';
import { planText } from '../plan/plan-text.ts';
import { type AddCommand, type CommonOptions, migrationCommand, withMigration } from './command.ts';

export const addPlan: AddCommand = (program, context) => {
  migrationCommand(program, 'plan', 'tables, keys and what moving them takes; changes nothing').action(
    async (options: CommonOptions) => {
      await withMigration(options, context, async (migration) => {
        const planned = await plan(migration);
        context.output.out(`${options.json ? JSON.stringify(planned) : planText(planned)}\n`);
      });
    },
  );
};
