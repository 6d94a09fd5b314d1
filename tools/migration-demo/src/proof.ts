import {
  checkHistory,
  compareWorlds,
  differenceCounts,
  legacyRows,
  legacyTenantMapping,
  readWorld,
  readWriteLogs,
} from '@agent-engine/fault-bed';
import { DemoProblem } from './demo-problem.ts';
import { SEED } from './legacy-engine.ts';
import type { Place } from './stage.ts';

const mapping = legacyTenantMapping;

/** Every row of both sides, compared by code that the migration shares nothing with. @returns rows that are equal */
export async function assertEqual({ client }: Place): Promise<number> {
  const found = await compareWorlds({ source: { client }, target: { client }, mapping });
  if (found.differences.length > 0)
    throw new DemoProblem(`The two sides differ: ${JSON.stringify(differenceCounts(found))}`);
  return found.equal;
}

export const areEqual = async ({ client }: Place): Promise<boolean> =>
  (await compareWorlds({ source: { client }, target: { client }, mapping })).differences.length === 0;

/** Whether one side is what the writers say they made of it. @returns writes that were acknowledged */
export async function assertNothingLost(
  { client }: Place,
  { log, rows, side }: { log: string; rows: number; side: 'source' | 'target' },
): Promise<number> {
  const { violations, acknowledged } = await checkHistory({
    writes: readWriteLogs([log]),
    initial: legacyRows({ seed: SEED, count: rows }),
    final: readWorld({ client, side }),
    side,
    mapping,
  });
  if (violations.length > 0)
    throw new DemoProblem(
      `Writes were lost: ${JSON.stringify(violations.slice(0, 3))} (${violations.length})`,
    );
  return acknowledged;
}
