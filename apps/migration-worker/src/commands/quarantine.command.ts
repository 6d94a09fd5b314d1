import { unmarshall } from '@aws-sdk/util-dynamodb';
import { listQuarantine, type Quarantined, waiveQuarantined } from '../control/quarantine.ts';
import { readControl } from '../control/control-record.ts';
import { controlTableExists } from '../control/control-table.ts';
import { EXIT, MigrationError } from '../migration-error.ts';
import { printable } from '../operator/printable.ts';
import { retryQuarantine } from '../run/retry-quarantine.ts';
import type { Migration } from '../world/migration.ts';
import { type AddCommand, type CommonOptions, migrationCommand, withMigration } from './command.ts';

export const addQuarantine: AddCommand = (program, context) => {
  const group = program.command('quarantine').description('rows that could not be carried over');
  migrationCommand(group, 'list', 'which, and why').action((options: CommonOptions) =>
    withMigration(options, context, async (migration) => {
      const entries = await all(migration);
      context.output.out(
        options.json ? `${JSON.stringify({ entries: entries.map(plain) })}\n` : text(entries),
      );
    }),
  );
  migrationCommand(group, 'retry', 'carry over what can be by now')
    .argument('[ids...]', 'all if none is given')
    .action(async (ids: string[], options: CommonOptions) => {
      await withMigration(options, context, async (migration) => {
        const { direction } = await control(migration);
        const chosen = ids.length === 0 ? undefined : ({ id }: Quarantined) => ids.includes(id);
        const result = await retryQuarantine(migration, direction, chosen);
        context.output.out(
          options.json
            ? `${JSON.stringify(result)}\n`
            : `${result.released} carried over, ${result.left} left\n`,
        );
        context.exit(result.left > 0 ? EXIT.differences : EXIT.done);
      });
    });
  migrationCommand(group, 'waive', 'go on without these rows')
    .argument('<ids...>', 'as `list` names them')
    .action(async (ids: string[], options: CommonOptions) => {
      await withMigration(options, context, async (migration) => {
        await control(migration);
        const entries = await all(migration);
        const unknown = ids.find((id) => !entries.some((entry) => entry.id === id));
        if (unknown !== undefined)
          throw new MigrationError(
            'usage',
            `There is nothing in quarantine called ${unknown}. Nothing was waived.`,
          );
        for (const entry of entries.filter(({ id }) => ids.includes(id))) {
          await waiveQuarantined(migration.control, entry);
          await migration.audit.append({
            what: 'quarantine waived',
            id: entry.id,
            table: entry.table,
            reason: entry.reason,
          });
        }
        context.output.out(
          options.json ? `${JSON.stringify({ waived: ids.length })}\n` : `${ids.length} waived\n`,
        );
      });
    });
};

async function all(migration: Migration): Promise<Quarantined[]> {
  if (!(await controlTableExists(migration.control))) return [];
  const entries: Quarantined[] = [];
  for await (const entry of listQuarantine(migration.control)) entries.push(entry);
  return entries;
}

async function control(migration: Migration) {
  const record = (await controlTableExists(migration.control))
    ? await readControl(migration.control)
    : undefined;
  if (!record) throw new MigrationError('usage', 'This migration has not begun: `run` comes first.');
  return record;
}

const plain = ({ key, ...entry }: Quarantined) => ({
  ...entry,
  key: unmarshall(key, { wrapNumbers: (value) => value }),
});

const text = (entries: readonly Quarantined[]) =>
  entries
    .map((entry) => {
      const notes = [entry.waived && 'waived', entry.lossy && 'lost on the way back']
        .filter(Boolean)
        .join(', ');
      return `${entry.id}\n  ${entry.table} ${JSON.stringify(plain(entry).key)}${notes ? ` (${notes})` : ''}\n  ${printable(entry.reason)}\n`;
    })
    .join('') || 'nothing is in quarantine\n';
