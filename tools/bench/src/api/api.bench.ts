import { isDeepStrictEqual } from 'node:util';
import type { BenchResult } from '../figure.ts';
import { LoadGenerator } from '../load/load-generator.ts';
import { MeasuredProcess } from '../measured-process.ts';
import { median } from '../statistics.ts';
import { inWorkspace } from '../workspace.ts';
import { startWorld } from '../world.ts';
import { MeasuredServer } from './measured-server.ts';
import { ENDPOINT_ID, PART_ID, PATH, QUERY } from './query.ts';
import { seed } from './seed.ts';

const CONNECTIONS = 8;
const WARM_UP = 600;
const ROUNDS = 8;
const REQUESTS = 160;

/**
 * The API as deployed against the floor server: same data, same DynamoDB Local, same token, alternating rounds. The
 * database shares the processors and takes most of them, so throughput hides what CPU per request shows.
 */
export async function benchApi(): Promise<BenchResult> {
  await using stack = new AsyncDisposableStack();
  const world = await startWorld();
  stack.defer(() => world.stop());
  await seed(world.models);
  const start = async (program: string) => {
    const server = await MeasuredProcess.start(inWorkspace(program), world.env);
    stack.defer(() => server.stop());
    return server;
  };
  const load = await LoadGenerator.start();
  stack.defer(() => load.stop());
  const job = {
    path: PATH,
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${world.token(ENDPOINT_ID, PART_ID)}`,
    },
    body: JSON.stringify({ query: QUERY }),
    requests: REQUESTS,
    connections: CONNECTIONS,
  };
  const api = new MeasuredServer(await start('apps/api/dist/main.js'), load, job);
  const floor = new MeasuredServer(await start('tools/bench/dist/api/floor.main.js'), load, job);

  const answers = [await api.warmUp(WARM_UP), await floor.warmUp(WARM_UP)].map(
    (text) => JSON.parse(text) as unknown,
  );
  if (!isDeepStrictEqual(answers[0], answers[1])) throw new Error('API and floor server answer differently.');
  for (let i = 0; i < ROUNDS; i++) {
    // The order changes too: whoever comes second meets the heap the first one left in the database.
    for (const server of i % 2 === 0 ? [api, floor] : [floor, api]) await server.round();
  }
  return { bench: 'api', figures: compare(api.summary(), floor.summary()) };
}

type Summary = ReturnType<MeasuredServer['summary']>;

function compare(api: Summary, floor: Summary): BenchResult['figures'] {
  const ratio = median(api.throughputs.map((throughput, i) => throughput / (floor.throughputs[i] ?? NaN)));
  return [
    { name: 'API throughput', value: api.throughput, unit: '1/s' },
    { name: 'floor throughput', value: floor.throughput, unit: '1/s' },
    { name: 'throughput, API to floor', value: ratio, unit: 'x', target: { atLeast: 0.7 } },
    { name: 'API p50', value: api.p50, unit: 'ms' },
    { name: 'floor p50', value: floor.p50, unit: 'ms' },
    { name: 'API p99', value: api.p99, unit: 'ms' },
    { name: 'floor p99', value: floor.p99, unit: 'ms' },
    { name: 'p99, API to floor', value: api.p99 / floor.p99, unit: 'x' },
    { name: 'API CPU per request', value: api.cpu, unit: 'ms' },
    { name: 'floor CPU per request', value: floor.cpu, unit: 'ms' },
    { name: 'CPU per request, API to floor', value: api.cpu / floor.cpu, unit: 'x' },
  ];
}
