import { InvalidArgumentError } from 'commander';
import { amendControl, type ControlRecord, readControl } from '../control/control-record.ts';
import { controlTableExists } from '../control/control-table.ts';
import { MigrationError } from '../migration-error.ts';
import { resync } from '../resync/resync.ts';
import { abortSwitch } from '../switch/abort-switch.ts';
import { takeSwitchLease } from '../switch/switch-lease.ts';
import { CUTOVER, isBeforeJournal, ROLLBACK } from '../switch/switch-plan.ts';
import type { Migration } from '../world/migration.ts';
import { type AddCommand, type CommonOptions, migrationCommand, withMigration } from './command.ts';

/** Commands that steer a migration that is going on, through its control item. Each can be given twice. */
export const addPause: AddCommand = (program, context) =>
  steering(program, context, 'pause', 'stop copying and comparing; changes are still followed', () => ({
    paused: true,
  }));

export const addResume: AddCommand = (program, context) =>
  steering(program, context, 'resume', 'go on after a pause', () => ({ paused: false }));

interface ThrottleArguments extends CommonOptions {
  write: number;
  read: number;
}

export const addThrottle: AddCommand = (program, context) => {
  migrationCommand(program, 'throttle', 'units per second over all workers, from now on')
    .requiredOption('--write <n>', 'write units per second', units)
    .requiredOption('--read <n>', 'read units per second', units)
    .action(async (options: ThrottleArguments) => {
      const throttle = { write: options.write, read: options.read };
      await steer(options, context, 'throttle', () => ({ throttle }), { ...throttle });
    });
};

export const addResync: AddCommand = (program, context) => {
  migrationCommand(program, 'resync', 'after a stream gap: begin streams anew and copy again').action(
    async (options: CommonOptions) => {
      await withMigration(options, context, async (migration) => {
        await begun(migration);
        const { state, epoch } = await resync(migration, context.signal);
        answer(options, { state, epoch });
      });
    },
  );

  function answer({ json }: CommonOptions, { state, epoch }: Pick<ControlRecord, 'state' | 'epoch'>): void {
    context.output.out(
      json
        ? `${JSON.stringify({ state, epoch })}\n`
        : `${state}, epoch ${epoch}: \`run\` goes on from here\n`,
    );
  }
};

/** Before a cutover: ends the migration. In the window of a switch: takes the fence down again. */
export const addAbort: AddCommand = (program, context) => {
  migrationCommand(program, 'abort', 'call a switch off, or give the migration up before its cutover').action(
    async (options: CommonOptions) => {
      await withMigration(options, context, async (migration) => {
        const state = await abort(migration, await begun(migration));
        context.output.out(options.json ? `${JSON.stringify({ state })}\n` : `${state}\n`);
      });
    },
  );
};

async function abort(migration: Migration, control: ControlRecord): Promise<ControlRecord['state']> {
  const plan = [CUTOVER, ROLLBACK].find((candidate) => isBeforeJournal(candidate, control.state));
  if (plan) {
    const lease = await takeSwitchLease(migration);
    try {
      await abortSwitch(migration, plan, 'abort command');
    } finally {
      await lease.release();
    }
    return plan.states.back;
  }
  if (control.direction === 'reverse' || control.window)
    throw new MigrationError(
      'usage',
      `In state ${control.state} there is only \`rollback\` or \`complete\`.`,
    );
  const { state } = await amendControl(migration.control, (now) =>
    now.state === 'ABORTED' ? undefined : { state: 'ABORTED' },
  );
  await migration.audit.append({ what: 'aborted', from: control.state });
  return state;
}

function steering(
  program: Parameters<AddCommand>[0],
  context: Parameters<AddCommand>[1],
  name: string,
  description: string,
  changes: (now: ControlRecord) => Partial<ControlRecord>,
): void {
  migrationCommand(program, name, description).action((options: CommonOptions) =>
    steer(options, context, name, changes),
  );
}

async function steer(
  options: CommonOptions,
  context: Parameters<AddCommand>[1],
  what: string,
  changes: (now: ControlRecord) => Partial<ControlRecord>,
  facts: Record<string, unknown> = {},
): Promise<void> {
  await withMigration(options, context, async (migration) => {
    await begun(migration);
    const { state, paused, throttle } = await amendControl(migration.control, changes);
    await migration.audit.append({ what, ...facts });
    context.output.out(options.json ? `${JSON.stringify({ state, paused, throttle })}\n` : `${what}: done\n`);
  });
}

async function begun(migration: Migration): Promise<ControlRecord> {
  const control = (await controlTableExists(migration.control))
    ? await readControl(migration.control)
    : undefined;
  if (control) return control;
  throw new MigrationError('usage', 'This migration has not begun: `run` comes first.');
}

function units(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}
