import { MigrationError } from '../migration-error.ts';
import type { Migration } from '../world/migration.ts';
import type { Check } from './check.ts';
import { operatorChecks } from './operator.checks.ts';
import { ownershipChecks } from './ownership.checks.ts';
import { reachChecks } from './reach.checks.ts';
import { rowChecks } from './row.checks.ts';
import { tableChecks } from './table.checks.ts';

export interface Preflight {
  ok: boolean;
  checks: Check[];
}

/**
 * Looks at everything a run rests on, before it changes anything. Each stage rests on the one before: rows are read
 * only where tables are as they should be. Changes nothing.
 */
export async function preflight(migration: Migration): Promise<Preflight> {
  const checks: Check[] = [];
  for (const stage of [reachChecks, tableChecks, ownershipChecks, operatorChecks, rowChecks]) {
    checks.push(...(await stage(migration)));
    const stop = stage !== ownershipChecks && stage !== operatorChecks;
    if (stop && checks.some(({ verdict }) => verdict === 'fail')) break;
  }
  return { ok: !checks.some(({ verdict }) => verdict === 'fail'), checks };
}

/** @throws MigrationError with all that has to be mended */
export async function requirePreflight(migration: Migration): Promise<void> {
  const found = await preflight(migration);
  if (found.ok) return;
  throw new MigrationError(
    'preflightRefused',
    `The preflight refuses. Nothing was changed.\n${preflightText(found)}`,
  );
}

/** What is not all right, or that everything is. */
export function preflightText({ ok, checks }: Preflight): string {
  const lines = checks
    .filter(({ verdict }) => verdict !== 'pass')
    .map(
      ({ id, verdict, table, evidence, fix }) =>
        `${verdict.toUpperCase()} ${id}${table ? ` (${table})` : ''}: ${evidence}\n     ${fix}`,
    );
  const passed = checks.filter(({ verdict }) => verdict === 'pass').length;
  return [
    ...lines,
    `${passed} checks passed, ${lines.length} did not${ok ? '; nothing stands in the way' : ''}`,
  ].join('\n');
}
