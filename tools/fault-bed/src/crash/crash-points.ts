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

interface CrashOptions {
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

export interface CrashBed extends CrashOptions {
  /** Through which the command, and nobody else, calls the database. */
  proxy: FaultProxy;
  command: Command;
}

/** What one command is run in, until it is done. */
export interface CrashWorld extends Pick<CrashBed, 'proxy' | 'command'> {
  /** What is wrong in the end, after a process died at these calls; undefined: nothing. */
  judge: (deaths: readonly CrashPoint[]) => Promise<string | undefined>;
  close?: () => Promise<void>;
}

export interface CrashEnumeration extends CrashOptions {
  /** How many points, spread over all calls and drawn with the seed; absent: every call, each way to die in turn. */
  sample?: number;
  /** The first call, to go on where an enumeration was interrupted. Default 1. */
  from?: number;
  /** Told of each point that was survived. */
  onPoint?: (point: CrashPoint & { calls: number }) => void;
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
  constructor({ seed }: CrashOptions, points: readonly CrashPoint[], what: string) {
    const at = points.map(({ k, death }) => `${death} call ${k}`).join(', ');
    super(`Seed ${seed}, killed ${at || 'never'}: ${what}`);
    this.name = 'CrashFailure';
  }
}

/**
 * Runs the command undisturbed, then once for every call it made (or a sample of them): killed at that call and started
 * again until it is done. Each time in a world of its own, which is judged afterwards.
 */
export async function crashPoints(
  options: CrashEnumeration,
  open: () => Promise<CrashWorld>,
): Promise<CrashReport> {
  const deadline = Date.now() + (options.budgetMs ?? Infinity);
  const attempt = async (points: readonly CrashPoint[]) => {
    const world = await open();
    try {
      const { proxy, command } = world;
      proxy.reset();
      const deaths = await untilDone({ ...options, proxy, command }, points);
      await proxy.settled();
      const calls = proxy.log.count;
      const wrong = await world.judge(deaths);
      if (wrong !== undefined) throw new CrashFailure(options, points, wrong);
      return { deaths, calls };
    } finally {
      await world.close?.();
    }
  };
  const { calls } = await attempt([]);
  const points = crashPointsOf(calls, options);
  const survived: CrashPoint[] = [];
  for (const [i, point] of points.entries()) {
    if (Date.now() > deadline) return { calls, survived, left: points.length - i };
    const { deaths } = await attempt([point]);
    survived.push(...deaths);
    for (const death of deaths) options.onPoint?.({ ...death, calls });
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
    const exit = await dieAt(bed, point);
    if (exit.signal === 'SIGKILL' && point) died.push(point);
    else if (done(exit)) return died;
    else if (broken(exit)) {
      throw new CrashFailure(bed, died, `it ended with ${exit.code ?? exit.signal}\n${exit.err || exit.out}`);
    }
  }
}

/** Runs the command once, and kills it at that call if it comes so far. */
export async function dieAt(
  { proxy, command }: Pick<CrashBed, 'proxy' | 'command'>,
  point?: CrashPoint,
): Promise<Exit> {
  const running = startCommand(command);
  proxy.clearHooks();
  if (point) armDeath(proxy, point, () => running.kill());
  return running.exit;
}

function armDeath(proxy: FaultProxy, { k, death }: CrashPoint, kill: () => Promise<unknown>): void {
  proxy.at(k, death === 'after' ? 'after' : 'before', async () => {
    await kill();
    if (death === 'before') return 'drop';
    return death === 'late' ? { lateMs: LATE_MS } : undefined;
  });
}

/** Points of a run of so many calls. */
export function crashPointsOf(
  calls: number,
  { seed, deaths = DEATHS, sample, from = 1 }: Pick<CrashEnumeration, 'seed' | 'deaths' | 'sample' | 'from'>,
): CrashPoint[] {
  const random = new Random(seed);
  const all = Math.max(0, calls - from + 1);
  const count = Math.min(sample ?? all, all);
  // One of each part of the run, wherever in it.
  const start = (i: number) => from + Math.floor((i * all) / count);
  return Array.from({ length: count }, (_, i) => {
    const k = random.int(start(i), start(i + 1));
    return { k, death: deaths[i % deaths.length] as Death };
  });
}
