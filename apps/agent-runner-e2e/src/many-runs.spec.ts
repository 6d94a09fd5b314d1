import { startMcpStandIn, startOpenAiStandIn, type McpStandIn } from '@agent-engine/testing';
import { Partition } from '@agent-engine/partition';
import { setTimeout as delay } from 'node:timers/promises';
import { expectOneAnswer, textOf } from './harness/frames.ts';
import { until, World } from './harness/world.ts';

const TENANTS = 10;
const RUNS = 100;

describe('a hundred runs of ten tenants at once', () => {
  let world: World;
  let model: Awaited<ReturnType<typeof startOpenAiStandIn>>;
  let tools: McpStandIn;

  beforeAll(async () => {
    tools = await startMcpStandIn({
      tools: [
        {
          name: 'whose',
          inputSchema: { type: 'object' },
          run: async ({ question }, { headers }) => {
            await delay(Math.random() * 50);
            return `${String(question)} belongs to ${String(headers['x-part-id'])} and ${String(headers['x-tenant'])}`;
          },
        },
      ],
    });
    model = await startOpenAiStandIn({
      script: async ({ body, headers }) => {
        await delay(Math.random() * 100);
        const text = JSON.stringify(body.input);
        const question = /question-\d+-\d+/.exec(text)?.[0] ?? '';
        const results = /question-\d+-\d+ belongs to [^"\\]+/.exec(text)?.[0];
        if (!results) return { toolCalls: [{ name: 'whose', arguments: { question } }] };
        return { text: [`${results}; key `, `${headers.authorization}`], delayMs: Math.random() * 20 };
      },
    });
    world = await World.create();
    // As deployed: a busy machine must not make the runner believe that it has lost its runs.
    const env = { RUNNER_CONCURRENCY: '100', VISIBILITY_TIMEOUT: '12s' };
    await world.startRunner({ OPENAI_BASE_URL: model.baseUrl, ...env });
  });
  afterAll(async () => {
    await world.stop();
    await Promise.all([model.stop(), tools.stop()]);
  });

  it('cross in no key, header, frame or record', async () => {
    const tenants = await Promise.all(
      Array.from({ length: TENANTS }, async (_, tenant) => {
        const partition = Partition.of('gpt', `tenant${tenant}`);
        const agent = await world.createAgent(partition, {
          configuration: { openai_api_key: `key-of-${tenant}` },
          mcpServers: [
            {
              label: 'own',
              url: `${tools.endpoint}/mcp`,
              headers: { 'X-Tenant': `${tenant}`, 'X-Part-ID': partition.partId },
            },
          ],
        });
        return { partition, agent };
      }),
    );
    const asked = await Promise.all(
      Array.from({ length: RUNS }, async (_, i) => {
        const tenant = i % TENANTS;
        const { partition, agent } = tenants[tenant] ?? {};
        if (!partition || !agent) throw new Error('no tenant');
        const question = `question-${tenant}-${i}`;
        return { tenant, question, asked: await world.ask(partition, agent, question) };
      }),
    );
    for (const { tenant, question, asked: run } of asked) {
      const expected = `${question} belongs to tenant${tenant} and ${tenant}; key Bearer key-of-${tenant}`;
      expect(await world.outcome(run)).toMatchObject({ status: 'completed', result: expected });
      const { messages, toolCalls } = await world.records(run);
      expect(messages.map(({ message, partitionKey }) => [message, partitionKey])).toEqual(
        [question, expected].map((message) => [message, run.partition.key]),
      );
      expect(toolCalls).toMatchObject([{ runUuid: run.runUuid, partitionKey: run.partition.key }]);
      const told = () => world.push.frames(run.connectionId);
      await until(() => told().some(({ type }) => type === 'result'));
      const frames = told();
      expectOneAnswer(frames, `${run.connectionId}-${run.runUuid}`);
      expect(textOf(frames)).toBe(expected);
    }
    for (const { headers, body } of model.requests) {
      const [, tenant] = /question-(\d+)-/.exec(JSON.stringify(body.input)) ?? [];
      expect(headers.authorization).toBe(`Bearer key-of-${tenant}`);
    }
    for (const { args, headers } of tools.calls) {
      expect(headers['x-tenant']).toBe(/question-(\d+)-/.exec(String(args.question))?.[1]);
    }
  });
});
