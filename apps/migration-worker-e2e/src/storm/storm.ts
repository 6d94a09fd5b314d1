import { setTimeout as delay } from 'node:timers/promises';
import { type CrashPoint, killStorm, seededPlan, type Side } from '@agent-engine/fault-bed';
import { unaccounted } from '../bed/conservation.ts';
import { MigrationBed } from '../bed/migration-bed.ts';
import { smallWorld } from '../bed/small-world.ts';

export interface StormOptions {
  seed: string;
  /** Rows of the world before the first write. */
  rows: number;
  /** `kill -9` of each command. */
  kills: number;
  /** Share of calls that something happens to. */
  faults: number;
}

export interface StormReport {
  seed: string;
  kills: number;
  faults: number;
  writes: number;
  /** How long writes stood still at the cutover, which was killed on its way, as its status says. */
  writeGapMs: number | null;
  /** What is not as it should be; empty: equal, both ways. */
  differences: string[];
}

/** How far into a command's calls the kills reach. */
const REACH = { run: 600, cutover: 400, rollback: 400 };
const SETTLED = 60;

/** A migration there and back, with writers writing, calls failing and every command killed over and over. */
export async function storm({ seed, rows, kills, faults }: StormOptions): Promise<StormReport> {
  const bed = await MigrationBed.open({ ...smallWorld, seed, rows, budget: '120s' });
  const died: CrashPoint[] = [];
  const report: StormReport = { seed, kills: 0, faults: 0, writes: 0, writeGapMs: null, differences: [] };
  const killed = async (name: keyof typeof REACH, ...args: string[]) => {
    const { proxy } = bed;
    died.push(
      ...(await killStorm(
        {
          proxy,
          command: bed.command(name, ...args),
          seed: `${seed}:${name}`,
          // Called off, the source is writable again: it is tried once more.
          broken: ({ code }) => code !== 0 && code !== null && code !== 5,
        },
        kills,
        REACH[name],
      )),
    );
  };
  const judged = async (side: Side) => {
    await bed.proxy.settled();
    const wrong = await bed.judge(side);
    if (wrong !== undefined) report.differences.push(wrong);
  };
  try {
    bed.proxy.plan = seededPlan({ seed, rate: faults });
    const older = await bed.startWriters('source', { rate: 40 });
    await bed.fencedBy({ source: older });
    await killed('run', '--until', 'caught-up');
    await killed('cutover');
    report.writeGapMs = (await bed.status()).cutover.writeGapMs;
    await older.stop();
    await judged('target');

    const newer = await bed.startWriters('target', { rate: 40 });
    await bed.fencedBy({ target: newer });
    while (newer.stats.acknowledged < SETTLED) await delay(50);
    await killed('rollback');
    await newer.stop();
    await judged('source');
    report.differences.push(...unaccounted(await bed.status()));
    for (const { stats } of [older, newer]) report.writes += stats.acknowledged;
  } finally {
    report.kills = died.length;
    report.faults = Object.values(bed.proxy.log.faults).reduce((sum, count) => sum + count, 0);
    await bed.close();
  }
  return report;
}
