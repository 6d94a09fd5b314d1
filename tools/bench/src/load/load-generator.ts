import { once } from 'node:events';
import { processEnv } from '@agent-engine/config';
import { MeasuredProcess } from '../measured-process.ts';
import { inWorkspace } from '../workspace.ts';
import type { LoadJob, LoadRound } from './load.job.ts';

export class LoadGenerator {
  private readonly process: MeasuredProcess;

  private constructor(process: MeasuredProcess) {
    this.process = process;
  }

  static async start(): Promise<LoadGenerator> {
    const program = inWorkspace('tools/bench/dist/load/load.main.js');
    return new LoadGenerator(await MeasuredProcess.start(program, { PATH: processEnv().PATH }));
  }

  /** @throws Error when a request is not answered, or not as the others are */
  async run(job: LoadJob): Promise<LoadRound> {
    const answered = once(this.process.child, 'message') as Promise<[LoadRound | { failure: string }]>;
    this.process.child.send(job);
    const [round] = await answered;
    if ('failure' in round) throw new Error(round.failure);
    return round;
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}
