import { setTimeout as delay } from 'node:timers/promises';
import { DemoProblem } from './demo-problem.ts';

/** @throws DemoProblem when it has not come true in time */
export async function until(what: string, isSo: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > deadline)
      throw new DemoProblem(`After ${limitMs / 1_000} s still not so: ${what}.`);
    await delay(100);
  }
}
