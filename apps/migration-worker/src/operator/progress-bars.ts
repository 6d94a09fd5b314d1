import { MultiBar, type SingleBar } from 'cli-progress';
import { alarmsOf } from './alarms.ts';
import type { Progress } from './progress.ts';
import { printable } from './printable.ts';
import { estimate, span } from './span.ts';
import type { Status, TableStatus } from './status.ts';
import type { StatusListener } from './status-watch.ts';

const FORMAT = '{table} {bar} {percent} {rows} {rate} {eta} {lag}';
const HEADING = '{heading}';

/** A bar per table, for a person at a terminal. */
export class ProgressBars implements StatusListener {
  private readonly bars = new MultiBar({
    clearOnComplete: false,
    hideCursor: true,
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    stopOnComplete: false,
    // Ctrl-C means: finish the batch, and let go. That is decided elsewhere.
    gracefulExit: false,
    emptyOnZero: true,
    stream: process.stdout,
  });
  private heading: SingleBar | undefined;
  private readonly ofTable = new Map<string, SingleBar>();

  update(status: Status): void {
    this.heading ??= this.bars.create(1, 0, { heading: '' }, { format: HEADING });
    this.heading.update(0, { heading: headingOf(status) });
    for (const [name, table] of Object.entries(status.tables)) {
      if (table.kind === 'global') continue;
      const facts = { ...factsOf(status, table), table: name.padEnd(22) };
      const bar = this.ofTable.get(name) ?? this.bars.create(100, 0, facts, { format: FORMAT });
      this.ofTable.set(name, bar);
      bar.update(table.percent, facts);
    }
  }

  /** A line above the bars. */
  log(line: string): void {
    this.bars.log(`${line}\n`);
  }

  end(): void {
    this.bars.update();
    this.bars.stop();
  }
}

function headingOf(status: Status): string {
  const { state, paused, throttle, workers, progress } = status;
  const alarms = alarmsOf(status).map(({ alarm, message }) => `${alarm}: ${printable(message)}`);
  return [
    `${state}${paused ? ' (paused)' : ''}`,
    ...(isCopying(status) ? [`${progress.percent} %`, ...etaOf(progress)] : []),
    `${workers} ${workers === 1 ? 'worker' : 'workers'}`,
    ...(throttle.reason ? [throttle.reason] : []),
    ...alarms.map((alarm) => `! ${alarm}`),
  ].join(' · ');
}

const isCopying = ({ state }: Status) => state === 'COPYING' || state === 'ARMED';

const etaOf = ({ etaSeconds, etaInterval }: Progress): string[] =>
  etaSeconds === null || etaSeconds === 0 ? [] : [`eta ${estimate(etaSeconds, etaInterval)}`];

function factsOf(status: Status, { percent, scanned, events, rate, lagSeconds, ...progress }: TableStatus) {
  const [eta = ''] = isCopying(status) ? etaOf({ percent, ...progress }) : [];
  return {
    percent: `${String(Math.floor(percent)).padStart(3)} %`,
    rows: `${(scanned + events.seen).toLocaleString('en-US').padStart(11)}`,
    rate: `${rate.toLocaleString('en-US').padStart(7)}/s`,
    eta: eta.padEnd(22),
    lag: lagSeconds > 0 ? `lag ${span(lagSeconds)}` : '',
  };
}
