import { processEnv } from '@agent-engine/config';
import {
  createTaskQueue,
  localSqs,
  type McpStandIn,
  startAwsEmulator,
  startMcpStandIn,
  startOpenAiStandIn,
} from '@agent-engine/testing';
import { TaskSender } from '@agent-engine/queue';
import { type CrashProxy, startCrashProxy } from './harness/crash-proxy.ts';
import { expectOneAnswer, passed } from './harness/frames.ts';
import { acme, type Asked, until, World } from './harness/world.ts';

/** Victims that die at the same time. */
const LANES = 3;
/** Points that are tried, evenly spread; `nx run agent-runner-e2e:crash-points` tries all there are. */
const POINTS = processEnv().CRASH_POINTS === 'all' ? Infinity : 9;
const ANSWER = 'Let me look.\n\nAnd once more.\n\nBoth are on their way.';

/** What one question asks of provider and tools, each request with the step it belongs to. */
interface Seen {
  steps: number[];
  calls: string[];
}

describe('a runner killed after any of its calls', () => {
  let world: World;
  let model: Awaited<ReturnType<typeof startOpenAiStandIn>>;
  let tools: McpStandIn;
  let agent: string;
  const seen = new Map<string, Seen>();
  const seenOf = (question: string) => {
    const known = seen.get(question) ?? { steps: [], calls: [] };
    seen.set(question, known);
    return known;
  };

  beforeAll(async () => {
    tools = await startMcpStandIn({
      tools: [
        {
          name: 'order',
          inputSchema: { type: 'object', properties: { question: { type: 'string' } } },
          run: ({ question, item }, { meta }) => {
            seenOf(String(question)).calls.push(String(meta?.idempotencyKey));
            return `${String(item)} is ordered`;
          },
        },
      ],
    });
    model = await startOpenAiStandIn({
      script: ({ body }) => {
        const text = JSON.stringify(body.input);
        const question = /Order, please: \d+/.exec(text)?.[0] ?? '';
        const step = body.input.filter((item) => item.type === 'function_call').length;
        const order = (item: string) => ({ name: 'order', arguments: { question, item } });
        seenOf(question).steps.push(step);
        const usage = { inputTokens: 10, outputTokens: 5 };
        if (step === 0) return { text: 'Let me look.', toolCalls: [order('one'), order('two')], usage };
        if (step === 2) return { text: 'And once more.', toolCalls: [order('three')], usage };
        return { text: 'Both are on their way.', usage };
      },
    });
    world = await World.create();
    agent = await world.createAgent(acme);
    // Takes over from all victims, and loses nothing itself on a busy machine.
    await world.startRunner({ ...providers(model.baseUrl, tools.endpoint), VISIBILITY_TIMEOUT: '12s' });
  });
  afterAll(async () => {
    await world.stop();
    await Promise.all([model.stop(), tools.stop()]);
  });

  const providers = (provider: string, mcp: string) => ({
    OPENAI_BASE_URL: provider,
    OPENAI_API_KEY: 'k',
    INTERNAL_MCP_URL: `${mcp}/{endpoint_id}/mcp`,
    VISIBILITY_TIMEOUT: '1s',
  });

  /** Asks a runner with a queue of its own; it dies after call `k`. */
  async function askVictim(k: number): Promise<{ asked: Asked; question: string; proxy: CrashProxy }> {
    const proxy = startCrashProxy();
    const emulator = await startAwsEmulator();
    try {
      const [queue, dynamodb, provider, mcp] = await Promise.all([
        createTaskQueue(emulator.endpoint, { visibilityTimeoutSeconds: 1 }),
        proxy.urlOf(world.endpoints.dynamoDb),
        proxy.urlOf(model.baseUrl),
        proxy.urlOf(tools.endpoint),
      ]);
      const victim = await world.startRunner({
        ...providers(provider, mcp),
        DYNAMODB_ENDPOINT: dynamodb,
        SQS_ENDPOINT: emulator.endpoint,
        TASK_QUEUE_URL: queue.queueUrl,
      });
      let isDead = false;
      proxy.crashAt(k, async () => {
        await victim.kill();
        isDead = true;
      });
      const question = `Order, please: ${k}`;
      const asked = await world.prepare(acme, agent, question);
      const sqs = localSqs(emulator.endpoint);
      await new TaskSender(sqs, queue.queueUrl).send(world.messageFor(asked));
      await until(async () => isDead || (await world.isOver(asked)));
      sqs.destroy();
      return { asked, question, proxy };
    } finally {
      await Promise.all([proxy.stop(), emulator.stop()]);
    }
  }

  async function dieAndResume(k: number): Promise<void> {
    const { asked, question } = await askVictim(k);
    const finished = [...(await world.journal(asked)).keys()];
    const before = structuredClone(seenOf(question));
    await world.send(asked);
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: ANSWER });
    await until(async () => (await world.stateOf(asked))?.isTold === true);

    const { steps, calls } = seenOf(question);
    // Nothing that was finished when the runner died has been asked for again, and nothing more than once.
    const stepsAfter = steps.slice(before.steps.length).map((step) => [0, 2, 3].indexOf(step));
    for (const step of stepsAfter) expect(finished).not.toContain(`step-00${step}`);
    expect(new Set(stepsAfter).size).toBe(stepsAfter.length);
    const callsAfter = calls.slice(before.calls.length);
    expect(new Set(callsAfter).size).toBe(callsAfter.length);
    for (const key of callsAfter) {
      const [, step, index] = /-(\d)-(\d)-[0-9a-f]{16}$/.exec(key) ?? [];
      expect(finished).not.toContain(`step-00${step}.call-00${index}`);
    }
    expect(new Set(calls).size).toBe(3);

    const { messages, toolCalls, run } = await world.records(asked);
    expect(messages.map(({ role, message }) => [role, message])).toEqual([
      ['user', question],
      ['assistant', ANSWER],
    ]);
    expect(toolCalls.map(({ status, content }) => [status, content])).toEqual(
      ['one', 'two', 'three'].map((item) => ['completed', `${item} is ordered`]),
    );
    expect(run).toMatchObject({
      status: 'completed',
      totalTokens: 45,
      finishReason: 'stop',
      errorCode: null,
    });
    expectOneAnswer(passed(world.push.frames(asked.connectionId)), `${asked.connectionId}-${asked.runUuid}`);
  }

  it('leaves a question that the next one answers, repeating nothing that was finished', async () => {
    const { proxy, asked } = await askVictim(100_000);
    expect(await world.outcome(asked)).toMatchObject({ result: ANSWER });
    const total = proxy.calls.length;
    expect(total).toBeGreaterThan(20);
    const count = Math.min(total, POINTS);
    const points = Array.from({ length: count }, (_, i) => Math.ceil(((i + 1) * total) / count)).values();
    const failed: string[] = [];
    const lane = async () => {
      for (const k of points) {
        await dieAndResume(k).catch((error: unknown) => {
          failed.push(`after call ${k} (${proxy.calls[k - 1]}): ${String(error)}`);
        });
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    expect(failed).toEqual([]);
  }, 900_000);
});
