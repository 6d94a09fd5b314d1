import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { awaitFence, RouteStore } from '@agent-engine/migration-route';
import { patiently } from '../database/call.ts';
import { deleteItem, putItem, readItem } from '../control/control-items.ts';
import { MigrationError } from '../migration-error.ts';
import { runCommand } from '../operator/hooks.ts';
import type { Migration } from '../world/migration.ts';
import type { Budget } from './budget.ts';
import type { SwitchPlan } from './switch-plan.ts';

export const routeStore = ({ control }: Migration): RouteStore =>
  new RouteStore(control.client, { table: control.name, migrationId: control.id });

/** The route as it should be; nothing happens if it is so already. @returns its epoch */
export async function setRoute(
  migration: Migration,
  side: 'source' | 'target',
  writes: 'open' | 'closed',
): Promise<number> {
  const store = routeStore(migration);
  const now = await patiently(() => store.read());
  if (now.side === side && now.writes === writes) return now.epoch;
  return (await patiently(() => store.change(now.epoch, { side, writes }))).epoch;
}

/**
 * Stops the writers of one side and returns when what they had begun has landed. Our own API and runner obey the
 * route; writers of the older engine whatever the configuration says.
 */
export async function raiseFence(migration: Migration, plan: SwitchPlan, budget: Budget): Promise<void> {
  const { fence } = migration.config.cutover;
  const epoch = await setRoute(migration, plan.from, 'closed');
  // Instances of the new engine write to the target only: they are what a rollback has to wait for.
  if (plan.from === 'target' || 'route' in fence) {
    const store = routeStore(migration);
    // A throttle is no reason to call a switch off; the budget is.
    const patient = {
      read: () => patiently(() => store.read()),
      instances: () => patiently(() => store.instances()),
    };
    await budget.within('the fence', awaitFence(patient, epoch));
  }
  if ('command' in fence) {
    const raised = fenceCommand(migration, plan, fence.command);
    try {
      await budget.within('the fence command', raised);
    } catch (error) {
      // Still at work when writers are let go, it would stop them again after that.
      await raised.catch(() => {});
      throw error;
    }
  }
  if ('lambdaConcurrency' in fence && plan.from === 'source')
    await budget.within('stopping functions', stopFunctions(migration, fence.lambdaConcurrency));
}

/** Lets writers of a side go on. May be called again, and without a fence. */
export async function lowerFence(migration: Migration, side: 'source' | 'target'): Promise<void> {
  await setRoute(migration, side, 'open');
  const { fence } = migration.config.cutover;
  if ('unfence' in fence && fence.unfence !== undefined) {
    const env = { MIGRATION_ID: migration.control.id, MIGRATION_SIDE: side, MIGRATION_ACTION: 'unfence' };
    const { code, said } = await runCommand(fence.unfence, { env });
    if (code !== 0)
      throw new MigrationError(
        'other',
        `The unfence command failed (exit code ${code})${said ? `: ${said}` : ''}. The database is ready for writers of the ${side}; let them go by hand.`,
      );
  }
  if ('lambdaConcurrency' in fence && side === 'source')
    await restartFunctions(migration, fence.lambdaConcurrency);
}

async function fenceCommand(migration: Migration, plan: SwitchPlan, command: string): Promise<void> {
  const env = { MIGRATION_ID: migration.control.id, MIGRATION_SIDE: plan.from, MIGRATION_ACTION: 'fence' };
  const { code, said } = await runCommand(command, { env });
  if (code === 0) return;
  throw new MigrationError(
    'cutoverAborted',
    `The fence command failed (exit code ${code})${said ? `: ${said}` : '.'} Writers may not have stopped.`,
  );
}

const concurrencyItem = (name: string) => `lambda#${name}`;

/** Concurrency 0 refuses new invocations; those running end within the function's timeout. */
async function stopFunctions(migration: Migration, names: readonly string[]): Promise<void> {
  const lambda = new LambdaClient({ region: migration.config.source.region ?? 'us-east-1' });
  try {
    const timeouts = await Promise.all(
      names.map(async (FunctionName) => {
        const before = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }));
        const { Timeout = 0 } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
        const item = concurrencyItem(FunctionName);
        if (!(await readItem(migration.control, item)))
          await putItem(migration.control, item, {
            reserved: { N: String(before.ReservedConcurrentExecutions ?? -1) },
          });
        await lambda.send(
          new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
        );
        return Timeout;
      }),
    );
    await delay(Math.max(0, ...timeouts) * 1_000);
  } finally {
    lambda.destroy();
  }
}

async function restartFunctions(migration: Migration, names: readonly string[]): Promise<void> {
  const lambda = new LambdaClient({ region: migration.config.source.region ?? 'us-east-1' });
  try {
    for (const FunctionName of names) {
      const item = concurrencyItem(FunctionName);
      const reserved = (await readItem(migration.control, item))?.reserved?.N;
      if (reserved === undefined) continue;
      if (Number(reserved) < 0) await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
      else
        await lambda.send(
          new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: Number(reserved) }),
        );
      await deleteItem(migration.control, item);
    }
  } finally {
    lambda.destroy();
  }
}
