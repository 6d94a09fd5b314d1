import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Migration } from '../world/migration.ts';
import { type Check, fail, pass, warn } from './check.ts';

/** Whether what the operator has to bring is there: a place for the audit, a way to stop writers. */
export async function operatorChecks({ config }: Migration): Promise<Check[]> {
  return [
    await auditCheck(config.audit),
    await fenceCheck(config.cutover.fence),
    ...(await hookChecks(config.hooks)),
  ];
}

async function auditCheck(file: string): Promise<Check> {
  const place = await access(file, constants.W_OK).then(
    () => true,
    () =>
      access(dirname(resolve(file)), constants.W_OK).then(
        () => true,
        () => false,
      ),
  );
  return place
    ? pass('audit', `The audit is kept in ${file}.`)
    : fail(
        'audit',
        `Nothing can be written to ${file}.`,
        'Name a file in `audit` that this process may write.',
      );
}

async function fenceCheck(fence: Migration['config']['cutover']['fence']): Promise<Check> {
  if ('manual' in fence)
    return warn(
      'fence',
      'Writers are to be stopped by hand.',
      'Name a `cutover.fence` that stops them for certain: a command, functions, or the route.',
    );
  if ('route' in fence)
    return warn(
      'fence',
      'The route stops those writers that have registered as its instances, and no others.',
      'Start every writer with MIGRATION_ID before the cutover, which is refused while nobody has registered.',
    );
  if (!('command' in fence)) return pass('fence', `Writers are stopped by ${Object.keys(fence).join()}.`);
  return (await runnable(fence.command))
    ? fence.unfence === undefined
      ? warn(
          'fence',
          'The fence has no `unfence`.',
          'Name the command that lets writers go on, or do it by hand after an abort or a rollback.',
        )
      : pass('fence', `Writers are stopped by ${fence.command}.`)
    : fail(
        'fence',
        `The fence command ${fence.command} cannot be run.`,
        'Check its path and that it is executable.',
      );
}

async function hookChecks(hooks: Migration['config']['hooks']): Promise<Check[]> {
  return Promise.all(
    Object.entries(hooks).map(async ([name, command]) =>
      (await runnable(command))
        ? pass('hook', `${name} calls ${command}.`)
        : fail(
            'hook',
            `The command of ${name}, ${command}, cannot be run.`,
            'Check its path and that it is executable.',
          ),
    ),
  );
}

/** Commands with a path can be looked at; others are the shell's to find. */
async function runnable(command: string): Promise<boolean> {
  const [program = ''] = command.trim().split(/\s+/);
  if (!program.includes('/')) return true;
  return access(program, constants.X_OK).then(
    () => true,
    () => false,
  );
}
