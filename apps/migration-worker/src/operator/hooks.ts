import { spawn } from 'node:child_process';
import type { Item } from '@agent-engine/migration-core';
import { processEnv } from '@agent-engine/config';
import type { HookName } from '../config/migration-config.ts';
import { MigrationError } from '../migration-error.ts';
import type { Migration } from '../world/migration.ts';

/**
 * Runs a command of the operator's, in a process group of its own: Ctrl-C is for us, and what a signal ends is all of it.
 * @returns its exit code, and the end of what it said
 */
export function runCommand(
  command: string,
  { env, input, signal }: { env: Record<string, string>; input?: string; signal?: AbortSignal },
): Promise<{ code: number; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', command], {
      env: { ...processEnv(), ...env },
      stdio: 'pipe',
      detached: true,
    });
    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // All of it has ended by itself.
      }
    };
    if (signal?.aborted) kill();
    else signal?.addEventListener('abort', kill, { once: true });
    let said = '';
    const listen = (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000));
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', reject);
    child.on('close', (code) => {
      signal?.removeEventListener('abort', kill);
      resolve({ code: code ?? 1, said: said.trim() });
    });
    // A command that does not read its input is free not to.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
}

/** Calls a hook if there is one. An exit code other than 0 is a veto. @throws MigrationError */
export async function callHook(
  { config, audit, control }: Migration,
  name: HookName,
  env: Record<string, string> = {},
  input?: string,
): Promise<void> {
  const command = config.hooks[name];
  if (command === undefined) return;
  const { code, said } = await runCommand(command, { env: { MIGRATION_ID: control.id, ...env }, input });
  if (code === 0) return;
  await audit.append({ what: 'veto', hook: name, code });
  throw new MigrationError(
    'other',
    `The hook ${name} said no (exit code ${code})${said ? `: ${said}` : '.'}`,
  );
}

/** One call for each page of copied rows, their keys as lines of JSON on its input: a call per row would take a day. */
export async function onRowsCopied(
  migration: Migration,
  table: string,
  keys: readonly Item[],
): Promise<void> {
  if (migration.config.hooks.onRowCopied === undefined || keys.length === 0) return;
  const lines = keys.map((key) => JSON.stringify(key)).join('\n');
  await callHook(migration, 'onRowCopied', { MIGRATION_TABLE: table }, `${lines}\n`);
}
