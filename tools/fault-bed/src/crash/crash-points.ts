import type { FaultProxy } from '../proxy/fault-proxy.ts';
import { Random } from '../random.ts';
import { type Command, type Exit, startCommand } from './command.ts';

/**
 * What becomes of the call at which a process dies: the database never sees it, has done it, or does it long after, when
 * somebody else has taken over.
 */
export type Death = 'before' | 'after' | 'late';
const DEATHS: readonly Death[] = ['before', 'after', 'late'];
const LATE_MS = 1_500;

export interface CrashBed {
  /** Through which the command, and nobody else, calls the database. */
  proxy: FaultProxy;
  command: Command;
  /** Whether it came to its end; anything else is started again. Default: exit code 0. */
  done?: (exit: Exit) => boolean;
  /** Exits that no kill explains: the run stops there. Default: any code but 0. */
  broken?: (exit: Exit) => boolean;
  seed: number | string;
  /** Ways to die; default all. `late` is for commands whose writes are fenced. */
  deaths?: readonly Death[];
  /** Ends the enumeration early, in milliseconds. */
  budgetMs?: number;
}

export interface CrashPoint {
  k: number;
  death: Death;
}

export interface CrashReport {
  /** Calls of the run that nobody disturbed. */
  calls: number;
  /** Points at which a process really died. */
  survived: CrashPoint[];
  /** Points that were not tried for lack of time. */
  left: number;
}

/** Thrown with what it takes to see it again. */
export class CrashFailure extends Error {
  constructor(bed: CrashBed, points: readonly CrashPoint[], what: string) {
    const at = points.map(({ k, death }) => `${death} call ${k}`).join(', ');
    super(`Seed ${bed.seed}, killed ${at || 'never'}: ${what}`);
    this.name = 'CrashFailure';
  }
}

/**
 * Runs the command undisturbed, then once for every call it made (or a sample of them): killed at that call and started
 * again until it is done. Before each the world is made anew; after each it is judged.
 * @param sample how many points, drawn with the seed; absent: every call, each way to die in turn
 */
export async function crashPoints(
  bed: CrashBed,
  world: { prepare: () => Promise<void>; judge: () => Promise<string | undefined> },
  sample?: number,
): Promise<CrashReport> {
  const deadline = Date.now() + (bed.budgetMs ?? Infinity);
  const attempt = async (points: readonly CrashPoint[]) => {
    await world.prepare();
    bed.proxy.reset();
    const deaths = await untilDone(bed, points);
    await bed.proxy.settled();
    const wrong = await world.judge();
    if (wrong !== undefined) throw new CrashFailure(bed, points, wrong);
    return deaths;
  };
  await attempt([]);
  const calls = bed.proxy.log.count;
  const points = pointsOf(calls, bed, sample);
  const survived: CrashPoint[] = [];
  for (const [i, point] of points.entries()) {
    if (Date.now() > deadline) return { calls, survived, left: points.length - i };
    survived.push(...(await attempt([point])));
  }
  return { calls, survived, left: 0 };
}

/**
 * One run, killed again and again: each process somewhere within its first calls, with many more kills early than late.
 * @returns the points at which one died
 */
export async function killStorm(bed: CrashBed, kills: number, reach: number): Promise<CrashPoint[]> {
  const random = new Random(bed.seed);
  const deadline = Date.now() + (bed.budgetMs ?? Infinity);
  const points: CrashPoint[] = [];
  for (let i = 0; i < kills; i++) {
    points.push({ k: Math.ceil(reach ** random.next()), death: random.pick(bed.deaths ?? DEATHS) });
  }
  return untilDone(bed, points, deadline);
}

/** Starts the command, kills it at the next point, starts it again; when no point is left, waits for its end. */
async function untilDone(
  bed: CrashBed,
  points: readonly CrashPoint[],
  deadline = Infinity,
): Promise<CrashPoint[]> {
  const { done = ({ code }) => code === 0, broken = ({ code }) => code !== null && code !== 0 } = bed;
  const died: CrashPoint[] = [];
  const left = [...points];
  for (;;) {
    const point = Date.now() < deadline ? left.shift() : undefined;
    const running = startCommand(bed.command);
    bed.proxy.clearHooks();
    if (point) armDeath(bed.proxy, point, () => running.kill());
    const exit = await running.exit;
    if (exit.signal === 'SIGKILL' && point) died.push(point);
    else if (done(exit)) return died;
    else if (broken(exit)) {
      throw new CrashFailure(bed, died, `it ended with ${exit.code ?? exit.signal}\n${exit.err || exit.out}`);
    }
  }
}

function armDeath(proxy: FaultProxy, { k, death }: CrashPoint, kill: () => Promise<unknown>): void {
  proxy.at(k, death === 'after' ? 'after' : 'before', async () => {
    await kill();
    if (death === 'before') return 'drop';
    return death === 'late' ? { lateMs: LATE_MS } : undefined;
  });
}

function pointsOf(calls: number, { seed, deaths = DEATHS }: CrashBed, sample?: number): CrashPoint[] {
  const random = new Random(seed);
  const all = Array.from({ length: calls }, (_, i) => ({
    k: i + 1,
    death: deaths[i % deaths.length] as Death,
  }));
  if (sample === undefined || sample >= calls) return all;
  return Array.from({ length: sample }, () => all.splice(random.int(0, all.length), 1)[0] as CrashPoint);
}
