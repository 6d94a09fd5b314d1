import {
  startMcpStandIn,
  startOpenAiStandIn,
  type McpStandIn,
  type OpenAiScript,
} from '@agent-engine/testing';
import { expectOneAnswer, textOf } from './harness/frames.ts';
import { acme, globex, until, World } from './harness/world.ts';

/** What the model does, chosen by the key the request came with: tests of one runner share no script. */
const scripts = new Map<string, OpenAiScript>();
const keyOf = (authorization?: string) => authorization?.replace('Bearer ', '') ?? '';

describe('a question', () => {
  let world: World;
  let model: Awaited<ReturnType<typeof startOpenAiStandIn>>;
  let tools: McpStandIn;
  let runnerLog: () => string;

  beforeAll(async () => {
    const orders = (partId: unknown, id: unknown) =>
      `Order ${String(id)} of ${String(partId)} is on its way.`;
    tools = await startMcpStandIn({
      pageSize: 1,
      tools: [
        {
          name: 'getOrderStatus',
          description: 'Status of an order',
          inputSchema: { type: 'object', properties: { orderId: { type: 'string' } }, required: ['orderId'] },
          run: ({ orderId }, { headers }) => orders(headers['x-part-id'], orderId),
        },
        {
          name: 'getWeather',
          inputSchema: { type: 'object', properties: {} },
          run: () => ({ content: [{ type: 'text', text: 'no weather today' }], isError: true }),
        },
      ],
    });
    model = await startOpenAiStandIn({
      script: (request, index) => {
        const script = scripts.get(keyOf(request.headers.authorization));
        if (typeof script !== 'function') throw new Error('no script for this key');
        return script(request, index);
      },
    });
    world = await World.create();
    const runner = await world.startRunner({
      OPENAI_BASE_URL: model.baseUrl.replace(/\/v1$/, ''),
      OPENAI_API_KEY: 'operator-key',
      INTERNAL_MCP_URL: `${tools.endpoint}/{endpoint_id}/mcp`,
      INTERNAL_MCP_TOKEN: 'internal-token',
    });
    runnerLog = runner.log;
  });
  beforeEach(() => {
    model.requests.length = 0;
    tools.calls.length = 0;
    tools.setFault(undefined);
  });
  afterAll(async () => {
    await world.stop();
    await Promise.all([model.stop(), tools.stop()]);
  });

  /** Calls both tools at once, then answers with what the first said. */
  const useTools =
    (orderId: string): OpenAiScript =>
    ({ body }) => {
      const outputs = body.input.flatMap((item) =>
        item.type === 'function_call_output' ? [JSON.stringify(item.output)] : [],
      );
      return outputs.length === 0
        ? {
            reasoning: 'I should look that up.',
            toolCalls: [
              { name: 'getOrderStatus', arguments: { orderId }, callId: 'call_a' },
              { name: 'getWeather', arguments: {}, callId: 'call_b' },
            ],
            usage: { inputTokens: 20, outputTokens: 5 },
          }
        : {
            text: ['Good ', 'news: ', 'order ', orderId, ' is on its way <soon>.'],
            usage: { inputTokens: 40, outputTokens: 9 },
          };
    };

  it('is answered with tools, streamed, and recorded', async () => {
    scripts.set('operator-key', useTools('7'));
    const agent = await world.createAgent(acme, { instructions: 'You are the clerk of Acme.' });
    const asked = await world.ask(acme, agent, 'Where is order 7?');
    const task = await world.outcome(asked);
    const answer = 'Good news: order 7 is on its way <soon>.';
    expect(task).toMatchObject({ status: 'completed', result: answer, notes: null, outputFiles: [] });

    const { messages, toolCalls, run } = await world.records(asked);
    expect(messages).toMatchObject([
      { role: 'user', message: 'Where is order 7?', runUuid: asked.runUuid, updatedBy: 'asker' },
      { role: 'assistant', message: answer, runUuid: asked.runUuid },
    ]);
    expect(toolCalls).toMatchObject([
      {
        name: 'getOrderStatus',
        toolCallId: 'call_a',
        toolType: 'function',
        arguments: '{"orderId":"7"}',
        status: 'completed',
        content: 'Order 7 of acme is on its way.',
      },
      { name: 'getWeather', toolCallId: 'call_b', status: 'failed', content: 'no weather today' },
    ]);
    for (const { timeSpent } of toolCalls) expect(timeSpent).toBeGreaterThanOrEqual(0);
    expect(run).toMatchObject({ promptTokens: 60, completionTokens: 14, totalTokens: 74 });
    expect(run?.runId).toMatch(/^resp/);
    expect(run?.timeSpent).toBeGreaterThan(0);

    await until(() => world.push.frames(asked.connectionId).some(({ type }) => type === 'result'));
    const frames = world.push.frames(asked.connectionId);
    expectOneAnswer(frames, `${asked.connectionId}-${asked.runUuid}`);
    expect(textOf(frames)).toBe(answer);
    expect(frames.filter(({ type }) => type === 'tool_call')).toHaveLength(4);
    expect(frames.at(-1)).toMatchObject({
      type: 'result',
      status: 'completed',
      result: { run_uuid: asked.runUuid, thread_uuid: asked.threadUuid, total_tokens: 74 },
    });
    const reasoning = frames.filter((frame) => frame.message_group_id?.endsWith('-rs#0'));
    expect(reasoning.map((frame) => frame.chunk_delta).join('')).toBe('I should look that up.');
    expect(world.push.headers.at(-1)).toMatchObject({ 'x-push-secret': 'a push secret of the tests' });

    // They run at once: which arrives first is nobody's promise.
    expect(tools.calls.toSorted((a, b) => a.tool.localeCompare(b.tool))).toMatchObject([
      { tool: 'getOrderStatus', endpointId: 'gpt', args: { orderId: '7' } },
      { tool: 'getWeather' },
    ]);
    expect(tools.calls[0]?.headers).toMatchObject({
      'x-part-id': 'acme',
      authorization: 'Bearer internal-token',
    });
    expect(model.requests[0]).toMatchObject({ path: '/v1/responses', body: { store: false, stream: true } });
  });

  it('goes on with the thread: history as structure, newest first kept, question last', async () => {
    scripts.set('operator-key', useTools('8'));
    const agent = await world.createAgent(acme, { numOfMessages: 3 });
    const first = await world.ask(acme, agent, 'First question');
    await world.outcome(first);
    model.requests.length = 0;
    scripts.set('operator-key', () => ({ text: 'Again.' }));
    const second = await world.ask(acme, agent, 'Second question', {
      threadUuid: first.threadUuid,
      connected: false,
    });
    expect(await world.outcome(second)).toMatchObject({ status: 'completed', result: 'Again.' });
    expect(
      model.requests[0]?.body.input.map((item) => (item.type === 'message' ? item.role : item.type)),
    ).toEqual([
      'function_call',
      'function_call',
      'function_call_output',
      'function_call_output',
      'assistant',
      'user',
    ]);
    expect(JSON.stringify(model.requests[0]?.body.input.at(-1))).toContain('Second question');
    const { messages } = await world.records(second);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  });

  it('of two tenants at once never crosses over', async () => {
    const ownTools = await startMcpStandIn({
      tools: [
        {
          name: 'whoami',
          inputSchema: { type: 'object', properties: {} },
          run: (_args, { headers }) => String(headers['x-tenant-key']),
        },
      ],
    });
    const tenants = await Promise.all(
      [acme, globex].map(async (partition) => {
        const { partId } = partition;
        scripts.set(`key-of-${partId}`, ({ body }) => {
          const output = body.input.findLast((item) => item.type === 'function_call_output');
          if (!output) return { toolCalls: [{ name: 'whoami', arguments: {} }] };
          return { text: [`For ${partId}: `, JSON.stringify(output.output)], delayMs: 5 };
        });
        const agent = await world.createAgent(partition, {
          instructions: `Instructions of ${partId}`,
          configuration: { api_key: `key-of-${partId}`, base_url: model.baseUrl },
          mcpServers: [
            {
              label: 'own',
              url: `${ownTools.endpoint}/mcp`,
              headers: { 'X-Tenant-Key': `secret-of-${partId}` },
            },
          ],
        });
        return { partition, agent };
      }),
    );
    const asked = await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const { partition, agent } = tenants[i % 2] ?? tenants[0]!;
        return world.ask(partition, agent, `Question ${i} of ${partition.partId}`);
      }),
    );
    for (const one of asked) {
      const { partId } = one.partition;
      const other = partId === 'acme' ? 'globex' : 'acme';
      const task = await world.outcome(one);
      expect(task.result).toContain(`For ${partId}: `);
      expect(task.result).toContain(`secret-of-${partId}`);
      const { messages, toolCalls, run } = await world.records(one);
      expect(run?.partitionKey).toBe(one.partition.key);
      expect(JSON.stringify({ task, messages, toolCalls, run })).not.toContain(other);
      await until(() => world.push.frames(one.connectionId).some(({ type }) => type === 'result'));
      expect(JSON.stringify(world.push.frames(one.connectionId))).not.toContain(other);
    }
    for (const { headers, body } of model.requests) {
      const partId = keyOf(headers.authorization).replace('key-of-', '');
      expect(JSON.stringify(body)).toContain(`Instructions of ${partId}`);
      expect(JSON.stringify(body)).not.toContain(partId === 'acme' ? 'globex' : 'acme');
    }
    expect(ownTools.calls).toHaveLength(20);
    for (const { headers } of ownTools.calls) {
      expect(headers['x-tenant-key']).toBe(`secret-of-${String(headers['x-part-id'])}`);
    }
    await ownTools.stop();
    expect(runnerLog()).not.toMatch(
      /secret-of|key-of-|Question \d|Instructions of|operator-key|internal-token/,
    );
  });

  it('is answered although one MCP server is dead and another tool fails', async () => {
    scripts.set('operator-key', useTools('9'));
    tools.setFault({ httpStatus: 500 }, 'getOrderStatus');
    const agent = await world.createAgent(acme, {
      mcpServers: [{ label: 'gone', url: 'http://127.0.0.1:9/mcp' }],
    });
    const asked = await world.ask(acme, agent, 'Where is order 9?');
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed' });
    const { toolCalls } = await world.records(asked);
    expect(toolCalls[0]).toMatchObject({ status: 'failed', content: 'The tool could not be run.' });
  });

  it('whose asker has gone is cancelled', async () => {
    let aborted: { abortedByClient: boolean } | undefined;
    scripts.set('operator-key', (request) => {
      aborted = request;
      return { text: Array.from({ length: 2_000 }, (_, i) => `word number ${i} `), delayMs: 10 };
    });
    const agent = await world.createAgent(acme);
    const asked = await world.ask(acme, agent, 'Tell me a long story');
    await until(() => world.push.frames(asked.connectionId).length > 2);
    world.push.close(asked.connectionId);
    expect(await world.outcome(asked)).toMatchObject({
      status: 'failed',
      notes: 'run.cancelled: The client went away before the answer was complete.',
    });
    await until(() => aborted?.abortedByClient === true);
  });

  it('is answered although its frames cannot be pushed', async () => {
    scripts.set('operator-key', () => ({ text: ['A whole ', 'answer.'] }));
    world.push.failWith(500);
    const agent = await world.createAgent(acme);
    const task = await world.outcome(await world.ask(acme, agent, 'Anybody there?'));
    world.push.failWith(undefined);
    expect(task).toMatchObject({ status: 'completed', result: 'A whole answer.' });
  });

  it('is answered by the agent its task names, whatever its message says', async () => {
    let instructions = '';
    scripts.set('operator-key', ({ body }) => {
      instructions = JSON.stringify(body);
      return { text: 'Yes.' };
    });
    const [right, wrong] = await Promise.all([
      world.createAgent(acme, { instructions: 'I am the right one.' }),
      world.createAgent(acme, { instructions: 'I am the wrong one.' }),
    ]);
    const asked = await world.prepare(acme, right, 'Are you?');
    await world.send(asked, true, 1, wrong);
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed' });
    expect(instructions).toContain('I am the right one.');
    expect(instructions).not.toContain('wrong');
  });

  it('whose run is not written yet when its runner begins has one all the same', async () => {
    scripts.set('operator-key', () => ({ text: 'Here.' }));
    const agent = await world.createAgent(acme);
    const asked = await world.prepare(acme, agent, 'Where are you?');
    const { threadUuid, runUuid, asyncTaskUuid } = asked;
    await world.models.run.delete(await world.ownerOf(acme, threadUuid), { runUuid });
    await world.send(asked, true, 1, agent);
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: 'Here.' });
    const { run } = await world.records(asked);
    expect(run).toMatchObject({ status: 'completed', attempts: 1, asyncTaskUuid });
  });
});
