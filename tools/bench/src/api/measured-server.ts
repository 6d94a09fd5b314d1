import type { LoadJob } from '../load/load.job.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import type { MeasuredProcess } from '../measured-process.ts';
import { median, quantile } from '../statistics.ts';

/** One of the compared servers, and what its rounds gave. */
export class MeasuredServer {
  private readonly process: MeasuredProcess;
  private readonly load: LoadGenerator;
  private readonly job: LoadJob;
  private readonly throughputs: number[] = [];
  private readonly cpuPerRequestMs: number[] = [];
  private readonly latenciesMs: number[] = [];

  constructor(process: MeasuredProcess, load: LoadGenerator, job: Omit<LoadJob, 'url'>) {
    this.process = process;
    this.load = load;
    this.job = { ...job, url: process.url };
  }

  /** Until the compiler has seen what is hot; returns the answer. */
  async warmUp(requests: number): Promise<string> {
    return (await this.load.run({ ...this.job, requests })).answer;
  }

  async round(): Promise<void> {
    const before = this.process.cpuMs();
    const { seconds, latenciesMs } = await this.load.run(this.job);
    this.cpuPerRequestMs.push((this.process.cpuMs() - before) / this.job.requests);
    this.throughputs.push(this.job.requests / seconds);
    this.latenciesMs.push(...latenciesMs);
  }

  summary() {
    return {
      throughput: median(this.throughputs),
      throughputs: this.throughputs,
      p50: median(this.latenciesMs),
      p99: quantile(this.latenciesMs, 0.99),
      cpu: median(this.cpuPerRequestMs),
    };
  }
}
