import { processEnv } from '@agent-engine/config';
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext, CommonOptions } from '../commands/command.ts';
import { EXIT, MigrationError } from '../migration-error.ts';
import type { Migration } from '../world/migration.ts';
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
}

export interface ProgressOptions extends CommonOptions {
  metricsPort?: number;
}

/** On loopback unless HOST says otherwise. */
export const withMetricsPort = (command: Command): Command =>
  command.option('--metrics-port <n>', 'serve Prometheus metrics, status.json and a page with plots', port);

/**
 * Does a command's work and shows meanwhile how it gets on: bars for a person at a terminal; a JSON line per event, the
 * last of them `end`, for everybody else; with `--json` nothing but the answer.
 */
export async function withProgress<T>(
  migration: Migration,
  command: string,
  { json, metricsPort }: ProgressOptions,
  { output }: CommandContext,
  work: () => Promise<Told<T>>,
): Promise<T> {
  const lines = json || output.isTerminal ? undefined : new EventLines(output.out);
  const view = lines ?? (json ? undefined : new ProgressBars());
  const server =
    metricsPort === undefined
      ? undefined
      : await startStatusServer({ port: metricsPort, host: processEnv().HOST || '127.0.0.1' });
  if (server) output.err(`${server.url}\n`);
  const watch = new StatusWatch(migration, [...(view ? [view] : []), ...(server?.listeners ?? [])]);
  let told: Told<T>;
  try {
    told = await work();
  } catch (error) {
    await watch.end();
    await server?.stop();
    const exitCode = error instanceof MigrationError ? error.exitCode : EXIT.other;
    const message = error instanceof Error ? error.message : String(error);
    lines?.say('end', { command, exitCode, message });
    throw error;
  }
  await watch.end();
  await server?.stop();
  if (lines) lines.say('end', { command, ...told.json });
  else if (json) output.out(`${JSON.stringify(told.json)}\n`);
  else if (told.text) output.out(`${told.text}\n`);
  return told.result;
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535)
    throw new InvalidArgumentError('It must be a port; 0 takes any free one.');
  return value;
}
