import type { CommandContext, CommonOptions } from '../commands/command.ts';
import { EXIT, MigrationError } from '../migration-error.ts';
import type { Migration } from '../world/migration.ts';
import { EventLines } from './event-lines.ts';
import { ProgressBars } from './progress-bars.ts';
import { StatusWatch } from './status-watch.ts';

export interface Told<T> {
  /** The answer as JSON: the one object of `--json`, or what the last event carries. */
  json: object;
  /** The answer for a person. */
  text: string;
  result: T;
}

/**
 * Does a command's work and shows meanwhile how it gets on: bars for a person at a terminal; a JSON line per event, the
 * last of them `end`, for everybody else; with `--json` nothing but the answer.
 */
export async function withProgress<T>(
  migration: Migration,
  command: string,
  { json }: CommonOptions,
  { output }: CommandContext,
  work: () => Promise<Told<T>>,
): Promise<T> {
  const lines = json || output.isTerminal ? undefined : new EventLines(output.out);
  const view = lines ?? (json ? undefined : new ProgressBars());
  const watch = new StatusWatch(migration, view ? [view] : []);
  let told: Told<T>;
  try {
    told = await work();
  } catch (error) {
    await watch.end();
    const exitCode = error instanceof MigrationError ? error.exitCode : EXIT.other;
    const message = error instanceof Error ? error.message : String(error);
    lines?.say('end', { command, exitCode, message });
    throw error;
  }
  await watch.end();
  if (lines) lines.say('end', { command, ...told.json });
  else if (json) output.out(`${JSON.stringify(told.json)}\n`);
  else if (told.text) output.out(`${told.text}\n`);
  return told.result;
}
