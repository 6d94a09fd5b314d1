import { setTimeout as delay } from 'node:timers/promises';
import { everyone, type Models } from '@agent-engine/models';
import { Partition } from '@agent-engine/partition';
import { startMcpStandIn } from '@agent-engine/testing';
import type { BenchResult } from '../figure.ts';
import { MeasuredProcess } from '../measured-process.ts';
import { median, quantile } from '../statistics.ts';
import { inWorkspace } from '../workspace.ts';
import { startWorld } from '../world.ts';
import { type Asked, Asker } from './asker.ts';
import { CallFloor } from './call-floor.ts';
import { startTimedProvider } from './timed-provider.ts';

const ENDPOINT_ID = 'bench';
const TENANTS = 5;
const ALONE = { warmUp: 100, asks: 60 };
const TOGETHER = { sockets: 50, rounds: 4 };
/** Answers as long as models' are, so that so many of them are under way at any time. */
const UNDER_WAY = { sockets: 50, rounds: 3, chunks: 25, everyMs: 200 };
const STREAMS = { sockets: 500, chunks: 12, everyMs: 1_000 };
const SAMPLE_MS = 200;
/** Sockets opened at once; a backlog ends somewhere. */
const CONNECTING = 50;

/**
 * API and runner as deployed between a client and a provider that both run here, on one clock: what the engine adds before
 * the provider hears of a question and between the provider's chunk and the client's frame, and what 500 streams hold.
 */
export async function benchRunner(): Promise<BenchResult> {
  await using stack = new AsyncDisposableStack();
  const world = await startWorld();
  stack.defer(() => world.stop());
  const provider = await startTimedProvider();
  stack.defer(() => provider.stop());
  const tools = await startMcpStandIn({
    tools: Array.from({ length: 20 }, (_, i) => ({
      name: `tool_${i}`,
      description: 'Looks something up.',
      inputSchema: { type: 'object' as const, properties: { id: { type: 'string' } } },
      run: () => 'found',
    })),
  });
  stack.defer(() => tools.stop());
  const env = {
    ...world.env,
    PUSH_SECRET: 'a push secret of the bench',
    OPENAI_API_KEY: 'bench',
    OPENAI_BASE_URL: provider.url,
    INTERNAL_MCP_URL: `${tools.endpoint}/{endpoint_id}/mcp`,
    RUNNER_CONCURRENCY: '500',
    LOG_LEVEL: 'warn',
  };
  const start = async (program: string) => {
    const server = await MeasuredProcess.start(inWorkspace(program), env);
    stack.defer(() => server.stop());
    return server;
  };
  const api = await start('apps/api/dist/main.js');
  const runner = await start('apps/agent-runner/dist/main.js');
  const agents = await seed(world.models);
  const connect = (n: number) => {
    const { partId, agentUuid } = agents[n % agents.length] ?? { partId: '', agentUuid: '' };
    const query = new URLSearchParams({ token: world.token(ENDPOINT_ID, partId), part_id: partId });
    return Asker.connect(
      `ws://127.0.0.1:${api.port}/${ENDPOINT_ID}/ai_agent_core_ws?${query.toString()}`,
      agentUuid,
    );
  };
  const overhead = ({ askedAt, mark }: Asked) => (provider.arrivals.get(mark) ?? NaN) - askedAt;

  const one = await connect(0);
  for (let i = 0; i < ALONE.warmUp; i++) await one.ask();
  const alone: Asked[] = [];
  for (let i = 0; i < ALONE.asks; i++) alone.push(await one.ask());
  one.close();
  const floor = await CallFloor.open(world.env, provider.url);
  stack.defer(() => floor.close());
  for (let i = 0; i < ALONE.warmUp; i++) await floor.ask();
  const bare: number[] = [];
  for (let i = 0; i < ALONE.asks; i++) bare.push(await floor.ask());

  const cpu = () => [api.cpuMs(), runner.cpuMs()] as const;
  const fifty = await Promise.all(Array.from({ length: TOGETHER.sockets }, (_, i) => connect(i)));
  const together: Asked[] = [];
  await Promise.all(fifty.map((asker) => asker.ask()));
  const before = cpu();
  for (let i = 0; i < TOGETHER.rounds; i++) {
    together.push(...(await Promise.all(fifty.map((asker) => asker.ask()))));
  }
  const after = cpu();

  provider.streaming = UNDER_WAY;
  const meanwhile: Asked[] = [];
  const talk = async (asker: Asker, i: number) => {
    await delay((i * UNDER_WAY.chunks * UNDER_WAY.everyMs) / UNDER_WAY.sockets);
    // The first question of each comes before all are at it.
    await asker.ask();
    for (let round = 1; round < UNDER_WAY.rounds; round++) meanwhile.push(await asker.ask());
  };
  await Promise.all(fifty.map(talk));
  fifty.forEach((asker) => asker.close());

  provider.streaming = STREAMS;
  const many: Asker[] = [];
  while (many.length < STREAMS.sockets) {
    many.push(...(await Promise.all(Array.from({ length: CONNECTING }, (_, i) => connect(i)))));
  }
  const resting = runner.rssMb();
  let peak = resting;
  const answers = Promise.all(many.map((asker) => asker.ask()));
  const done = new AbortController();
  void answers.finally(() => done.abort()).catch(() => {});
  while (!done.signal.aborted) {
    peak = Math.max(peak, runner.rssMb());
    await delay(SAMPLE_MS);
  }
  const streamed = await answers;
  many.forEach((asker) => asker.close());

  const own = median(alone.map(overhead)) - median(bare);
  const latencies = (asked: Asked[]) => asked.flatMap((answer) => answer.latencies);
  return {
    bench: 'runner',
    figures: [
      {
        name: 'from the question to the provider, 1 tenant, p50',
        value: median(alone.map(overhead)),
        unit: 'ms',
      },
      { name: 'the calls of that alone, made one question at a time, p50', value: median(bare), unit: 'ms' },
      { name: 'what the engine adds to its calls, p50', value: own, unit: 'ms', target: { atMost: 20 } },
      {
        name: 'from the question to the provider, 1 tenant, p95',
        value: quantile(alone.map(overhead), 0.95),
        unit: 'ms',
      },
      {
        name: `the same with ${UNDER_WAY.sockets} answers under way, p50`,
        value: median(meanwhile.map(overhead)),
        unit: 'ms',
        target: { atMost: 100 },
      },
      {
        name: `the same with ${TOGETHER.sockets} questions in one moment, p50`,
        value: median(together.map(overhead)),
        unit: 'ms',
        target: { atMost: 100 },
      },
      ...['API', 'runner'].map((name, i) => ({
        name: `processor time of the ${name} per question`,
        value: ((after[i] ?? NaN) - (before[i] ?? NaN)) / together.length,
        unit: 'ms' as const,
      })),
      {
        name: 'from chunk to frame, p50',
        value: median(latencies(alone)),
        unit: 'ms',
        target: { atMost: 5 },
      },
      {
        name: `from chunk to frame, ${STREAMS.sockets} streams, p50`,
        value: median(latencies(streamed)),
        unit: 'ms',
      },
      { name: 'runner before the streams, RSS', value: resting, unit: 'MB' },
      {
        name: `runner with ${STREAMS.sockets} streams, highest RSS`,
        value: peak,
        unit: 'MB',
        target: { atMost: 600 },
      },
    ],
  };
}

/** One agent in each of some tenants. */
async function seed(models: Models) {
  const author = { updatedBy: 'bench' };
  const llm = { llmProvider: 'openai', llmName: 'gpt' };
  const handler = { moduleName: 'openai_agent_handler', className: 'OpenAIEventHandler' };
  await models.llm.create(everyone, { ...llm, ...handler, ...author });
  return Promise.all(
    Array.from({ length: TENANTS }, async (_, i) => {
      const partId = `tenant-${i}`;
      const agent = await models.agent.save(Partition.of(ENDPOINT_ID, partId), {
        agentName: 'Bench',
        ...llm,
        instructions: 'You are a friendly assistant of a shop. Look orders up before you answer. '.repeat(6),
        configuration: { model: 'bench' },
        ...author,
      });
      return { partId, agentUuid: agent.agentUuid };
    }),
  );
}
