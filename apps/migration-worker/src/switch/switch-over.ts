import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import {
  amendControl,
  changeControl,
  controlPut,
  type ControlRecord,
  nextControl,
  readControl,
} from '../control/control-record.ts';
import { patiently } from '../database/call.ts';
import { assertStreamsWhole } from '../arm/reconcile-shards.ts';
import { noteGap } from '../run/note-gap.ts';
import { MigrationError, StreamGap } from '../migration-error.ts';
import { callHook } from '../operator/hooks.ts';
import { verifyDirtyRows } from '../verify/dirty-rows.ts';
import type { Migration } from '../world/migration.ts';
import { abortSwitch, lowerLeftFence } from './abort-switch.ts';
import { armNext, armWatch, prepareNextStreams } from './arm-next.ts';
import { Budget } from './budget.ts';
import { collectTombstones } from './collect-tombstones.ts';
import { drain } from './drain.ts';
import { passGate } from './gate.ts';
import { isBeforeJournal, isJournaled, opposite, type SwitchPlan } from './switch-plan.ts';
import { lowerFence, raiseFence, routeStore, setRoute } from './writer-fence.ts';

export interface SwitchOptions {
  budgetMs: number;
  signal: AbortSignal;
  /** Told what is going on, for people. */
  tell: (step: string) => void;
}

/**
 * Stops the writers of one side, proves that everything has been carried over and is right, and opens the other side.
 * Until the journal is written every failure, and every crash, leads back to where it was; after it only forward.
 * Needs tails to be worked on meanwhile, and {@link callOffInterrupted} before it.
 * @returns milliseconds without writes
 */
export async function switchOver(
  migration: Migration,
  plan: SwitchPlan,
  { budgetMs, signal, tell }: SwitchOptions,
): Promise<number> {
  const found = await current(migration);
  if (isJournaled(plan, found.state)) return open(migration, plan, found);
  await lowerLeftFence(migration);
  await callHook(migration, plan.name === 'cutover' ? 'beforeCutover' : 'beforeRollback');
  tell('comparing what has changed since it was compared last');
  await passGate(migration, plan, signal);
  const prepared = await prepareNextStreams(migration, plan);
  if (signal.aborted)
    throw new MigrationError('cutoverAborted', 'Stopped before the fence. Nothing was changed.');
  const budget = new Budget(budgetMs);
  try {
    const armed = await inWindow(migration, plan, { budget, prepared, signal, tell });
    return await journal(migration, plan, armed, budget);
  } catch (error) {
    const now = await current(migration);
    if (isJournaled(plan, now.state)) return open(migration, plan, now);
    if (!isBeforeJournal(plan, now.state)) throw error;
    tell('taking the fence down again');
    const reason = error instanceof Error ? error.message : String(error);
    await abortSwitch(migration, plan, reason);
    if (error instanceof StreamGap) throw await noteGap(migration, error);
    throw new MigrationError(
      'cutoverAborted',
      `The ${plan.name} was called off, and the ${plan.from} is writable again: ${reason}`,
      error,
    );
  }
}

/** A process that died in the window has left a fence; what its drain has cut is to be verified anew afterwards. */
export async function callOffInterrupted(
  migration: Migration,
  plan: SwitchPlan,
  tell: SwitchOptions['tell'],
): Promise<void> {
  const { state } = await current(migration);
  if (!isBeforeJournal(plan, state)) return;
  tell(`an earlier ${plan.name} was interrupted; its fence is taken down first`);
  await abortSwitch(migration, plan, 'interrupted');
}

interface Window {
  budget: Budget;
  prepared: ControlRecord['streams'];
  signal: AbortSignal;
  tell: (step: string) => void;
}

async function inWindow(
  migration: Migration,
  plan: SwitchPlan,
  { budget, prepared, signal, tell }: Window,
): Promise<ControlRecord> {
  const { states } = plan;
  const startedAt = new Date().toISOString();
  const enter = (from: ControlRecord, changes: Parameters<typeof changeControl>[2]) => {
    if (signal.aborted) throw new MigrationError('cutoverAborted', 'It was told to stop.');
    budget.check(`entering ${changes.state}`);
    return changeControl(migration.control, from, changes);
  };
  let control = await amendControl(migration.control, () => ({
    state: states.fenced,
    window: true,
    cutover: { startedAt },
  }));
  tell('stopping writers');
  await raiseFence(migration, plan, budget);
  tell('reading every shard to its end');
  await drain(migration, control, budget);
  control = await enter(await current(migration), { state: states.drained });
  await budget.within('collecting tombstones', collectTombstones(migration, plan.direction));
  tell('comparing the last changed rows');
  const { differences } = await budget.within(
    'comparing the last changed rows',
    verifyDirtyRows(migration, control, { strict: true, signal }),
  );
  const [first] = differences;
  if (first)
    throw new MigrationError(
      'cutoverAborted',
      `${differences.length} rows differ, the first in ${first.table}: ${first.detail}.`,
    );
  control = await enter(control, { state: states.verified });
  const [nextStreams, watched] = await budget.within(
    'arming the way back',
    Promise.all([
      armNext(migration, plan, control, prepared),
      plan.name === 'cutover' ? armWatch(migration, control.epoch + 1) : undefined,
    ]),
  );
  await budget.within('looking at the streams back', assertStreamsWhole(migration, { streams: nextStreams }));
  return enter(control, { state: states.armed, nextStreams, watched });
}

/** The point of no return: state and route in one transaction. */
async function journal(
  migration: Migration,
  plan: SwitchPlan,
  control: ControlRecord,
  budget: Budget,
): Promise<number> {
  budget.check('the journal');
  const next = nextControl(control, {
    state: plan.states.journaled,
    direction: opposite(plan.direction),
    epoch: control.epoch + 1,
    streams: control.nextStreams,
    nextStreams: undefined,
    draining: false,
    marks: {},
    verifiedAt: new Date().toISOString(),
    cutover: { startedAt: control.cutover?.startedAt ?? '', writeGapMs: budget.elapsedMs },
  });
  const store = routeStore(migration);
  const route = await patiently(() => store.read());
  const { entry } = store.changeEntry(route.epoch, { side: plan.to, writes: 'closed' });
  await patiently(() =>
    migration.control.client.send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: controlPut(migration.control, control, next) }, entry],
      }),
    ),
  );
  return open(migration, plan, await current(migration), budget);
}

/** From the journal on: can be done again until it is done. */
async function open(
  migration: Migration,
  plan: SwitchPlan,
  journaled: ControlRecord,
  budget?: Budget,
): Promise<number> {
  // Writers of the side that is opened may write from here on.
  await (plan.to === 'source' ? lowerFence(migration, 'source') : setRoute(migration, 'target', 'open'));
  const writeGapMs = budget?.elapsedMs ?? Date.now() - Date.parse(journaled.cutover?.startedAt ?? '');
  const openedAt = new Date().toISOString();
  const startedAt = journaled.cutover?.startedAt ?? openedAt;
  await amendControl(migration.control, ({ state }) =>
    state === plan.states.journaled
      ? { state: plan.states.open, window: false, cutover: { startedAt, writeGapMs, openedAt } }
      : undefined,
  );
  await migration.audit.append({ what: plan.name, state: plan.states.open, writeGapMs });
  await amendControl(migration.control, ({ state }) =>
    state === plan.states.open ? { state: plan.states.settled, window: false } : undefined,
  );
  return writeGapMs;
}

async function current(migration: Migration): Promise<ControlRecord> {
  const control = await readControl(migration.control);
  if (!control) throw new MigrationError('usage', 'This migration has not begun: `run` comes first.');
  return control;
}
