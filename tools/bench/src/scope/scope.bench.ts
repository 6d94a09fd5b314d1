import { once } from 'node:events';
import { processEnv } from '@agent-engine/config';
import type { BenchResult, Figure } from '../figure.ts';
import { MeasuredProcess } from '../measured-process.ts';
import { median } from '../statistics.ts';
import { inWorkspace } from '../workspace.ts';
import type { Operation, ScopeJob, ScopeRound, Variant } from './scope.job.ts';

const ROUNDS = 7;
const TIMES: Record<Operation, number> = { root: 400, rows: 80 };
const WIDTHS: Variant['width'][] = ['narrow', 'wide'];

/** PartitionContext, a singleton, against the same resolvers behind a provider of `Scope.REQUEST`. */
export async function benchScope(): Promise<BenchResult> {
  const figures: Figure[] = [];
  for (const width of WIDTHS) figures.push(...(await compare(width)));
  return { bench: 'scope', figures };
}

async function compare(width: Variant['width']): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const start = async (tenancy: Variant['tenancy'], fields: Variant['fields']) => {
    const contender = await Contender.start({ tenancy, width, fields });
    stack.defer(() => contender.stop());
    return contender;
  };
  const ours = await start('context', 'fast');
  const decorated = await start('context', 'decorated');
  const perRequest = await start('requestScope', 'fast');
  const contenders = [ours, decorated, perRequest];

  const figures: Figure[] = [];
  for (const operation of ['root', 'rows'] as const) {
    const job = { operation, times: TIMES[operation] };
    for (const contender of contenders) await contender.warmUp(job);
    for (let i = 0; i < ROUNDS; i++) for (const contender of contenders) await contender.round(job);
    const what = operation === 'root' ? `root field, ${width}` : `100 rows x 1 relation, ${width}`;
    const [oursMs, decoratedMs, perRequestMs] = contenders.map((contender) => contender.medianMs(operation));
    if (oursMs === undefined || decoratedMs === undefined || perRequestMs === undefined) continue;
    figures.push(
      { name: `${what}: PartitionContext`, value: oursMs, unit: 'ms' },
      { name: `${what}: with parameter decorators`, value: decoratedMs, unit: 'ms' },
      { name: `${what}: Scope.REQUEST`, value: perRequestMs, unit: 'ms' },
      {
        name: `${what}: Scope.REQUEST to PartitionContext`,
        value: perRequestMs / oursMs,
        unit: 'x',
        target: { atLeast: 1 },
      },
    );
  }
  return figures;
}

class Contender {
  private readonly process: MeasuredProcess;
  private readonly rounds: Record<Operation, number[]> = { root: [], rows: [] };

  private constructor(process: MeasuredProcess) {
    this.process = process;
  }

  static async start({ tenancy, width, fields }: Variant): Promise<Contender> {
    const program = inWorkspace('tools/bench/dist/scope/scope.main.js');
    const env = { PATH: processEnv().PATH };
    return new Contender(await MeasuredProcess.start(program, env, [tenancy, width, fields]));
  }

  async warmUp(job: ScopeJob): Promise<void> {
    await this.measure({ ...job, times: job.times * 2 });
  }

  async round(job: ScopeJob): Promise<void> {
    this.rounds[job.operation].push((await this.measure(job)).medianMs);
  }

  medianMs(operation: Operation): number {
    return median(this.rounds[operation]);
  }

  stop(): Promise<void> {
    return this.process.stop();
  }

  private async measure(job: ScopeJob): Promise<ScopeRound> {
    const answered = once(this.process.child, 'message') as Promise<[ScopeRound]>;
    this.process.child.send(job);
    return (await answered)[0];
  }
}
