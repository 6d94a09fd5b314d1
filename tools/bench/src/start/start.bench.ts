import { setTimeout as delay } from 'node:timers/promises';
import { ENDPOINT_ID, PART_ID, PATH, QUERY } from '../api/query.ts';
import { seed } from '../api/seed.ts';
import type { BenchResult } from '../figure.ts';
import { LoadGenerator } from '../load/load-generator.ts';
import { MeasuredProcess } from '../measured-process.ts';
import { median } from '../statistics.ts';
import { inWorkspace } from '../workspace.ts';
import { startWorld } from '../world.ts';

const API = inWorkspace('apps/api/dist/main.js');
const RUNNER = inWorkspace('apps/agent-runner/dist/main.js');
const STARTS = 5;
const IDLE_MS = 10_000;
const BURST = { requests: 500, connections: 16 };
const IDLE_TARGET = { atMost: 150 };

/** What the processes cost before they do anything: processor time until they serve, and memory while they wait. */
export async function benchStart(): Promise<BenchResult> {
  await using stack = new AsyncDisposableStack();
  const world = await startWorld();
  stack.defer(() => world.stop());
  const start = async (program: string) => {
    const started = await MeasuredProcess.start(program, world.env);
    stack.defer(() => started.stop());
    return started;
  };

  const startSeconds: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const started = await start(API);
    startSeconds.push(started.cpuMs() / 1000);
    await started.stop();
  }

  const api = await start(API);
  const runner = await start(RUNNER);
  await delay(IDLE_MS);
  const idle = { api: api.rssMb(), runner: runner.rssMb() };

  await seed(world.models);
  const load = await LoadGenerator.start();
  stack.defer(() => load.stop());
  await load.run({
    url: api.url,
    path: PATH,
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${world.token(ENDPOINT_ID, PART_ID)}`,
    },
    body: JSON.stringify({ query: QUERY }),
    ...BURST,
  });
  const afterBurst = api.rssMb();
  await delay(IDLE_MS);
  return {
    bench: 'start',
    figures: [
      { name: 'API start, CPU', value: median(startSeconds), unit: 's', target: { atMost: 3 } },
      { name: 'API idle, RSS', value: idle.api, unit: 'MB', target: IDLE_TARGET },
      { name: 'runner idle, RSS', value: idle.runner, unit: 'MB', target: IDLE_TARGET },
      { name: `API after ${BURST.requests} pages of 100, RSS`, value: afterBurst, unit: 'MB' },
      { name: 'API 10 s later, RSS', value: api.rssMb(), unit: 'MB' },
    ],
  };
}
