import type { Command } from 'commander';
import { duration } from '../config/duration.ts';
import { amendControl, type ControlRecord, readControl } from '../control/control-record.ts';
import { controlTableExists } from '../control/control-table.ts';
import { EXIT, MigrationError } from '../migration-error.ts';
import { callHook } from '../operator/hooks.ts';
import { readStatus } from '../operator/status.ts';
import { type ProgressOptions, withMetricsPort, withProgress } from '../operator/with-progress.ts';
import { Coordinator } from '../run/coordinator.ts';
import { verifyAll } from '../run/verification.ts';
import { marksNow } from '../verify/dirty-rows.ts';
import { withTails } from '../run/with-tails.ts';
import type { Worker } from '../run/worker.ts';
import { takeSwitchLease } from '../switch/switch-lease.ts';
import { callOffInterrupted, switchOver } from '../switch/switch-over.ts';
import { CUTOVER, isBeforeJournal, isJournaled, ROLLBACK, type SwitchPlan } from '../switch/switch-plan.ts';
import type { Migration } from '../world/migration.ts';
import { type AddCommand, type CommandContext, migrationCommand, withMigration } from './command.ts';

interface SwitchArguments extends ProgressOptions {
  budget?: number;
  acceptLoss?: boolean;
}

export const addCutover: AddCommand = (program, context) => {
  withBudget(
    migrationCommand(program, 'cutover', 'stop writers, prove that all is over, open the new tables'),
  ).action((options: SwitchArguments) => switchCommand(CUTOVER, options, context));
};

export const addRollback: AddCommand = (program, context) => {
  withBudget(migrationCommand(program, 'rollback', 'the same the other way: back to the old tables'))
    .option('--accept-loss', 'go back although something of what was written since would stay behind')
    .action((options: SwitchArguments) => switchCommand(ROLLBACK, options, context));
};

const withBudget = (command: Command) =>
  withMetricsPort(command).option('--budget <span>', 'longest time without writes, such as 5s', (text) =>
    duration.parse(text),
  );

async function switchCommand(
  plan: SwitchPlan,
  options: SwitchArguments,
  context: CommandContext,
): Promise<void> {
  await withMigration(options, context, async (migration) => {
    await assertReady(migration, plan, options);
    const lease = await takeSwitchLease(migration);
    try {
      await withProgress(migration, plan.name, options, context, async (tell) => {
        const writeGapMs = await withTails(migration, plan.name, context.signal, async (worker, signal) => {
          await callOffInterrupted(migration, plan, tell);
          await untilVerified(migration, plan, worker, signal);
          return switchOver(migration, plan, {
            budgetMs: options.budget ?? migration.config.cutover.budget,
            signal,
            tell,
          });
        });
        await callHook(migration, plan.name === 'cutover' ? 'afterCutover' : 'afterRollback').catch(
          (error: unknown) => tell(String(error)),
        );
        const answer = { state: (await readControl(migration.control))?.state, writeGapMs };
        const text = `${plan.to} is open; writes stood still for ${writeGapMs} ms`;
        return { json: answer, text, result: undefined };
      });
      context.exit(EXIT.done);
    } finally {
      await lease.release();
    }
  });
}

/** @throws MigrationError when it is not this command's turn, or going back would lose something */
async function assertReady(migration: Migration, plan: SwitchPlan, { acceptLoss }: SwitchArguments) {
  const control = (await controlTableExists(migration.control))
    ? await readControl(migration.control)
    : undefined;
  if (!control) throw new MigrationError('usage', 'This migration has not begun: `run` comes first.');
  if (control.gap) throw new MigrationError('streamGap', `There is a stream gap: ${control.gap.reason}`);
  if (!mayBegin(plan, control))
    throw new MigrationError(
      'cutoverAborted',
      `A ${plan.name} cannot begin in state ${control.state}. Nothing was changed.`,
    );
  if (plan.name !== 'rollback') return;
  const { rollback } = await readStatus(migration);
  if (rollback.status === 'lossy' && !acceptLoss)
    throw new MigrationError(
      'lossRefused',
      `Going back would lose something: ${rollback.reasons.join('; ')} Mend it, or say --accept-loss. Nothing was changed.`,
    );
  if (acceptLoss) await amendControl(migration.control, () => ({ acceptedLoss: true }));
}

function mayBegin(plan: SwitchPlan, { state, direction }: ControlRecord): boolean {
  if (isBeforeJournal(plan, state) || isJournaled(plan, state)) return true;
  if (plan.name === 'rollback') return state === 'OPEN' || state === 'SOAK';
  return direction === 'forward' && ['ARMED', 'COPYING', 'CATCHING_UP', 'VERIFIED'].includes(state);
}

/** A cutover that was called off, or a `run` that was stopped, leaves something to catch up with and to verify. */
async function untilVerified(
  migration: Migration,
  plan: SwitchPlan,
  worker: Worker,
  signal: AbortSignal,
): Promise<void> {
  const now = await readControl(migration.control);
  if (!now || isJournaled(plan, now.state)) return;
  const verify = async () => {
    const found = await verifyAll(migration, { governor: worker.governor, signal });
    if (found.clean) return true;
    throw new MigrationError(
      'differences',
      `Verification found ${found.differences.length} differences. See \`verify\`. Nothing was changed.`,
    );
  };
  if (plan.name === 'cutover') {
    await new Coordinator(migration, verify).run(signal, ({ state }) =>
      Promise.resolve(state === 'VERIFIED'),
    );
  } else if (now.verifiedAt === undefined) {
    const marks = await marksNow(migration, now);
    if (await verify())
      await amendControl(migration.control, () => ({ verifiedAt: new Date().toISOString(), marks }));
  }
}
