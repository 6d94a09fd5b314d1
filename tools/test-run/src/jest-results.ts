import { globSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';

/** Jest's own names. A suite with a runtime error is one whose tests could not even be counted. */
const results = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numRuntimeErrorTestSuites: z.number(),
});

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const FILES = '{apps,libs,tools}/*/test-results.json';
const filesIn = (workspace: string) => globSync(`${workspace}/${FILES}`);

/** Results of an earlier run must not count again; Nx restores those that still hold. */
export function forgetResults(workspace: string): void {
  for (const file of filesIn(workspace)) rmSync(file);
}

export function tally(workspace: string): Tally {
  const sum: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const file of filesIn(workspace)) {
    const one = results.parse(JSON.parse(readFileSync(file, 'utf8')));
    sum.passed += one.numPassedTests;
    sum.failed += one.numFailedTests + one.numRuntimeErrorTestSuites;
    sum.skipped += one.numPendingTests + one.numTodoTests;
  }
  return sum;
}

/** `12 passed, 0 failed`, and how many were skipped if any. */
export const tallyLine = ({ passed, failed, skipped }: Tally): string =>
  [`${passed} passed`, `${failed} failed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(', ');
