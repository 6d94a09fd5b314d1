import { Option } from 'commander';
import { GivenUp } from '../database/patience.ts';
import { readStatus } from '../operator/status.ts';
import { type ProgressOptions, withMetricsPort, withProgress } from '../operator/with-progress.ts';
import { type AddCommand, migrationCommand, withMigration } from './command.ts';
import { requirePreflight } from '../preflight/preflight.ts';
import { run } from './run.command.ts';

interface RunArguments extends ProgressOptions {
  until?: 'caught-up';
}

export const addRun: AddCommand = (program, context) => {
  withMetricsPort(
    migrationCommand(program, 'run', 'copy, follow and verify, then keep following; again to go on'),
  )
    .addOption(new Option('--until <state>', 'end instead of following on').choices(['caught-up']))
    .action(async (options: RunArguments) => {
      await withMigration(
        options,
        context,
        (migration) =>
          withProgress(migration, 'run', options, context, async () => {
            await run(migration, {
              untilCaughtUp: options.until === 'caught-up',
              preflight: requirePreflight,
              signal: context.signal,
            });
            const stopped = context.signal.aborted;
            const status = await readStatus(migration).catch((error: unknown) => {
              if (stopped && error instanceof GivenUp) return undefined;
              throw error;
            });
            const { state = '', epoch, verifiedAt } = status ?? {};
            const text = stopped
              ? `stopped${status ? ` in ${state}` : ''}; \`run\` goes on from here`
              : state;
            return { json: { state, epoch, verifiedAt }, text, result: undefined };
          }),
        'preflightRefused',
      );
    });
};
