import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { InvalidArgumentError } from 'commander';
import { EXIT } from '../migration-error.ts';
import { type Verification, verifyAll } from '../run/verification.ts';
import { withTails } from '../run/with-tails.ts';
import { type ProgressOptions, withMetricsPort, withProgress } from '../operator/with-progress.ts';
import { type AddCommand, migrationCommand, withMigration } from './command.ts';

interface VerifyArguments extends ProgressOptions {
  repair?: boolean;
  sample?: number;
}

export const addVerify: AddCommand = (program, context) => {
  withMetricsPort(
    migrationCommand(program, 'verify', 'compares both sides, row by row, also while writers write'),
  )
    .option('--repair', 'make different rows right by compare-and-set')
    .option('--sample <n>', 'look at about so many rows of each table only', wholeNumber)
    .action(async (options: VerifyArguments) => {
      await withMigration(options, context, async (migration) => {
        const { clean } = await withProgress(migration, 'verify', options, context, async () => {
          const found = await withTails(migration, 'verify', context.signal, (worker) =>
            verifyAll(migration, {
              governor: worker.governor,
              signal: context.signal,
              repair: options.repair,
              sample: options.sample,
            }),
          );
          return {
            json: verificationJson(found),
            text: verificationText(found),
            result: found,
            outcome: found.clean ? 'done' : 'differences',
          };
        });
        context.exit(clean ? EXIT.done : EXIT.differences);
      });
    });
};

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a number of rows, 1 or more.');
  return Number(text);
}

function verificationJson({ clean, checked, differences, repaired }: Verification) {
  const byKind = { missing: 0, extra: 0, different: 0 };
  for (const { kind } of differences) byKind[kind] += 1;
  return {
    clean,
    checked,
    differences: differences.map(({ table, key, kind, detail }) => ({
      table,
      key: plainKey(key),
      kind,
      detail,
    })),
    byKind,
    repaired,
  };
}

function verificationText({ clean, checked, differences, repaired }: Verification): string {
  return [
    ...differences.map(
      ({ table, key, kind, detail }) => `${table} ${JSON.stringify(plainKey(key))}: ${kind}, ${detail}`,
    ),
    `${checked} rows checked, ${differences.length} different, ${repaired} repaired${clean ? '' : ': not clean'}`,
  ].join('\n');
}

/** Numbers as text: a key has all its digits. */
const plainKey = (key: Record<string, AttributeValue>): Record<string, unknown> =>
  unmarshall(key, { wrapNumbers: (text) => text });
