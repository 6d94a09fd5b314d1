import { DemoProblem } from './demo-problem.ts';
import type { Migrate, RunEvent } from './migrate.ts';
import { number, tell } from './narrator.ts';
import { until } from './until.ts';

const TELL_MS = 6_000;

interface TableProgress {
  scanned: number;
  events: { applied: number };
  rate: number;
  lagSeconds: number;
}

/** `run` in the background, and what it says. */
export class RunningWorker {
  private state = '';
  private toldAt = -Infinity;
  private failure: string | undefined;
  private end: () => Promise<void> = () => Promise.resolve();

  static async start(migrate: Migrate): Promise<RunningWorker> {
    const worker = new RunningWorker();
    const run = await migrate.run((event) => worker.hear(event));
    worker.end = () => run.stop();
    return worker;
  }

  /** @throws DemoProblem when the run ends before, or it takes too long */
  async until(state: string): Promise<void> {
    await until(
      `the migration is ${state}`,
      () => {
        if (this.failure !== undefined) throw new DemoProblem(this.failure);
        return Promise.resolve(this.state === state);
      },
      600_000,
    );
  }

  stop(): Promise<void> {
    return this.end();
  }

  private isTime(): boolean {
    if (performance.now() - this.toldAt < TELL_MS) return false;
    this.toldAt = performance.now();
    return true;
  }

  private hear(event: RunEvent): void {
    if (event.event === 'failed') this.failure = String(event.message);
    if (event.event === 'alarm') tell(`ALARM ${String(event.alarm)}: ${String(event.message)}`);
    if (event.event === 'state') {
      this.state = String(event.state);
      tell(`→ ${this.state}`);
    }
    if (event.event === 'progress' && this.state !== 'SOAK' && this.isTime())
      tell(progressLine(event.tables as Record<string, TableProgress>));
  }
}

function progressLine(tables: Record<string, TableProgress>): string {
  const all = Object.values(tables);
  const sum = (of: (table: TableProgress) => number) =>
    number(Math.round(all.reduce((total, table) => total + of(table), 0)));
  const lag = Math.max(...all.map(({ lagSeconds }) => lagSeconds));
  return `${sum(({ scanned }) => scanned)} rows scanned, ${sum(({ events }) => events.applied)} changes applied, ${sum(({ rate }) => rate)} per second, ${lag} s behind`;
}
