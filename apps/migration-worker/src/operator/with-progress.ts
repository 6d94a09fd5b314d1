import { InvalidArgumentError, type Command } from 'commander';
import type { CommandContext, CommonOptions } from '../commands/command.ts';
import { MigrationError, type Outcome } from '../migration-error.ts';
import type { Migration } from '../world/migration.ts';
import { AlarmHook } from './alarm-hook.ts';
import { alarmOf } from './alarms.ts';
import { EventLines } from './event-lines.ts';
import { ProgressBars } from './progress-bars.ts';
import { startStatusServer } from './status-server.ts';
import { StatusWatch } from './status-watch.ts';

export interface Told<T> {
  /** The answer as JSON: the one object of `--json`, or what the last event carries. */
  json: object;
  /** The answer for a person. */
  text: string;
  result: T;
  /** It was done to its end, and is nothing good. */
  outcome?: Outcome;
}

export interface ProgressOptions extends CommonOptions {
  metricsPort?: number;
  metricsHost: string;
}

export const withMetricsPort = (command: Command): Command =>
  command
    .option('--metrics-port <n>', 'serve Prometheus metrics, status.json and a page with plots', port)
    .option(
      '--metrics-host <address>',
      'where from it can be reached; it asks nobody who they are',
      '127.0.0.1',
    );

/**
 * Does a command's work and shows meanwhile how it gets on: bars for a person at a terminal; a JSON line per event, the
 * last of them `end`, for everybody else; with `--json` nothing but the answer. Calls the alarm hook.
 * @param work is given what to say its steps with
 */
export async function withProgress<T>(
  migration: Migration,
  command: string,
  { json, metricsPort, metricsHost }: ProgressOptions,
  { output }: CommandContext,
  work: (step: (what: string) => void) => Promise<Told<T>>,
): Promise<T> {
  const lines = json || output.isTerminal ? undefined : new EventLines(output.out);
  const bars = json || !output.isTerminal ? undefined : new ProgressBars();
  const hook = migration.config.hooks.onAlarm;
  const server =
    metricsPort === undefined ? undefined : await startStatusServer({ port: metricsPort, host: metricsHost });
  if (server) output.err(`${server.url}\n`);
  const watch = new StatusWatch(migration, [
    ...[lines, bars].filter((view) => view !== undefined),
    ...(server?.listeners ?? []),
    ...(hook === undefined ? [] : [new AlarmHook(migration, hook)]),
  ]);
  const step = (what: string) => {
    if (lines) lines.say('step', { command, step: what });
    else if (bars) bars.log(`${command}: ${what}`);
    else output.err(`${command}: ${what}\n`);
  };
  let told: Told<T>;
  try {
    told = await work(step);
  } catch (error) {
    const { outcome, exitCode } =
      error instanceof MigrationError ? error : new MigrationError('other', String(error));
    const message = error instanceof Error ? error.message : String(error);
    await watch.end(alarmOf(outcome, `${command}: ${message}`));
    await server?.stop();
    lines?.say('end', { command, exitCode, message });
    throw error;
  }
  const { outcome, text } = told;
  await watch.end(outcome && alarmOf(outcome, `${command}: ${text.split('\n').at(-1)}`));
  await server?.stop();
  if (lines) lines.say('end', { command, ...told.json });
  else if (json) output.out(`${JSON.stringify(told.json)}\n`);
  else if (text) output.out(`${text}\n`);
  return told.result;
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535)
    throw new InvalidArgumentError('It must be a port; 0 takes any free one.');
  return value;
}
