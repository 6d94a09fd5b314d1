import { setTimeout as delay } from 'node:timers/promises';
import {
  type Call,
  type CrashPoint,
  crashPointsOf,
  dieAt,
  Fence,
  type Side,
  type Writers,
} from '@agent-engine/fault-bed';
import { RouteStore } from '@agent-engine/migration-route';
import { unaccounted } from '../bed/conservation.ts';
import { CONTROL_TABLE } from '../bed/control-units.ts';
import { MigrationBed } from '../bed/migration-bed.ts';

export interface SwitchPointsOptions {
  seed: string;
  /** How many points of each command, spread over its calls; absent: every call. */
  sample?: number;
  onPoint?: (point: SwitchPoint) => void;
}

type SwitchName = 'cutover' | 'rollback';

export interface SwitchPoint extends CrashPoint {
  command: SwitchName;
  calls: number;
  /** What the operator did next: the same command, or `abort` and then that. */
  then: 'again' | 'abort';
}

/** Side whose writers are stopped; the other one is open in the end. */
const FROM: Record<SwitchName, Side> = { cutover: 'source', rollback: 'target' };
const DEATHS = ['before', 'after'] as const;
const WRITES = 10;

/**
 * A world that is cut over and rolled back, over and over, while writers write: each command killed at each of its
 * calls, or a sample of them, and finished by the same command, half of the times after `abort`.
 * @returns how often it was killed
 * @throws Error when an acknowledged write is lost, or both sides are open at once, or neither in the end
 */
export async function switchPoints({ seed, sample, onPoint }: SwitchPointsOptions): Promise<number> {
  const bed = await MigrationBed.open({ seed, rows: 60, tables: ['agents', 'runs'], budget: '120s' });
  const world = new SwitchedWorld(bed);
  try {
    await world.begin();
    // The first cutover waits for the copy to settle.
    for (const command of ['cutover', 'rollback'] as const) await world.move(command);
    const calls = { cutover: await world.move('cutover'), rollback: await world.move('rollback') };
    const points = {
      cutover: crashPointsOf(calls.cutover, { seed, sample, deaths: DEATHS }),
      rollback: crashPointsOf(calls.rollback, { seed, sample, deaths: DEATHS }),
    };
    let deaths = 0;
    for (let i = 0; i < Math.max(points.cutover.length, points.rollback.length); i++) {
      for (const command of ['cutover', 'rollback'] as const) {
        const point = points[command][i];
        const then = i % 4 < 2 ? 'again' : 'abort';
        const died = await world.move(command, point && { ...point, then });
        if (!point || died < 0) continue;
        deaths++;
        onPoint?.({ ...point, command, calls: calls[command], then });
      }
    }
    return deaths;
  } finally {
    await bed.close();
  }
}

class SwitchedWorld {
  private readonly bed: MigrationBed;
  private readonly fences: Record<Side, Fence> = { source: new Fence(), target: new Fence() };
  private readonly route: RouteStore;
  private both: string | undefined;

  constructor(bed: MigrationBed) {
    this.bed = bed;
    this.route = new RouteStore(bed.database.client, { table: CONTROL_TABLE, migrationId: 'bed' });
  }

  async begin(): Promise<void> {
    const stats = { acknowledged: 0, refused: 0, longestGapMs: 0 };
    const { source, target } = this.fences;
    await this.bed.fencedBy({ source: { fence: source, stats }, target: { fence: target, stats } });
    await this.bed.mustRun('run', '--until', 'caught-up');
    this.bed.proxy.watcher = async (call) => {
      if (touchesRoute(call)) await this.look(`at call ${call.n}, ${call.operation}`);
    };
  }

  /** @returns the calls of the undisturbed command; with a point 1, or -1 when it ended before that */
  async move(command: SwitchName, point?: CrashPoint & { then: 'again' | 'abort' }): Promise<number> {
    const { bed } = this;
    const from = FROM[command];
    const to = from === 'source' ? 'target' : 'source';
    const at = point ? `${command} killed ${point.death} call ${point.k}` : command;
    const writers = await bed.startWriters(from, { rate: 25, fence: this.fences[from] });
    await written(writers, WRITES);
    bed.proxy.reset();
    let died = -1;
    if (point) {
      const { signal, code, err } = await dieAt({ proxy: bed.proxy, command: bed.command(command) }, point);
      if (signal !== 'SIGKILL' && code !== 0) throw new Error(`${at}: it ended with ${code}\n${err}`);
      died = signal === 'SIGKILL' ? 1 : -1;
      await bed.proxy.settled();
      await this.look(at);
      if (point.then === 'abort' && died > 0) await this.abort(at, from, writers);
    }
    if (!point || died > 0) await bed.mustRun(command);
    const calls = bed.proxy.log.count;
    await this.look(at);
    const open = await this.open();
    if (open.join() !== to) throw new Error(`${at}: open in the end: ${open.join(' and ') || 'nothing'}`);
    await writers.stop();
    // Held for the way back; from here on it is the route that they wait for.
    if (to === 'target') this.fences.target.down();
    const wrong = [...unaccounted(await bed.status()), await bed.judge(to)].filter(Boolean);
    if (this.both !== undefined) wrong.push(`both sides open: ${this.both}`);
    if (wrong.length > 0) throw new Error(`${at}: ${wrong.join('\n')}`);
    return point ? died : calls;
  }

  /** Before the journal the old side is writable again; after it there is nothing to call off. */
  private async abort(at: string, from: Side, writers: Writers): Promise<void> {
    const { state } = await this.bed.status();
    if (
      !/^(FENCING|DRAINED|FINAL_VERIFIED|REVERSE_ARMED|ROLLING_BACK|ROLLBACK_DRAINED|ROLLBACK_VERIFIED|FORWARD_ARMED)$/.test(
        state,
      )
    )
      return;
    const { code, err } = await this.bed.ask('abort');
    if (code !== 0) throw new Error(`${at}: abort ended with ${code}\n${err}`);
    const open = await this.open();
    if (open.join() !== from) throw new Error(`${at}: open after abort: ${open.join(' and ') || 'nothing'}`);
    await written(writers, WRITES);
  }

  /** The older engine's writers obey their fence, the new engine's the route. */
  private async open(): Promise<Side[]> {
    const { side, writes } = await this.route.read();
    const target = side === 'target' && writes === 'open';
    return [
      ...(this.fences.source.isUp ? [] : (['source'] as const)),
      ...(target ? (['target'] as const) : []),
    ];
  }

  private async look(when: string): Promise<void> {
    if ((await this.open()).length > 1) this.both ??= when;
  }
}

function touchesRoute({ mutating, tables, request }: Call): boolean {
  return (
    mutating && tables.includes(CONTROL_TABLE) && JSON.stringify(request).includes('"item":{"S":"route"}')
  );
}

async function written({ stats }: Writers, more: number): Promise<void> {
  const enough = stats.acknowledged + more;
  while (stats.acknowledged < enough) await delay(20);
}
