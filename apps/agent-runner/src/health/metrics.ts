import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** What this process counts. Labels come from closed sets: nothing a tenant can name gets into one. */
export class RunnerMetrics {
  readonly registry = new Registry();
  private readonly active = new Gauge({
    name: 'runner_active_runs',
    help: 'Questions being answered.',
    registers: [this.registry],
  });
  private readonly runs = new Counter({
    name: 'runner_runs_total',
    help: 'Attempts to answer, by outcome: completed, again (given back) or an error code.',
    labelNames: ['outcome'],
    registers: [this.registry],
  });
  private readonly seconds = new Histogram({
    name: 'runner_run_duration_seconds',
    help: 'Duration of attempts to answer.',
    buckets: SECONDS,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** An attempt begins; the returned function ends it. */
  begin(): (outcome: string) => void {
    this.active.inc();
    const stop = this.seconds.startTimer();
    return (outcome) => {
      stop();
      this.active.dec();
      this.runs.inc({ outcome });
    };
  }
}
