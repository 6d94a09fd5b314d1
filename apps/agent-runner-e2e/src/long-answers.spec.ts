import { startMcpStandIn, startOpenAiStandIn, type McpStandIn } from '@agent-engine/testing';
import { expectOneAnswer, textOf } from './harness/frames.ts';
import { acme, until, World } from './harness/world.ts';

describe('what is longer than a row', () => {
  let world: World;
  let model: Awaited<ReturnType<typeof startOpenAiStandIn>>;
  let tools: McpStandIn;
  let answer = '';

  beforeAll(async () => {
    tools = await startMcpStandIn({
      tools: [
        { name: 'dump', inputSchema: { type: 'object', properties: {} }, run: () => 'ü'.repeat(300_000) },
      ],
    });
    model = await startOpenAiStandIn({
      script: ({ body }) => {
        const called = body.input.filter((item) => item.type === 'function_call_output').length;
        const asked = body.input.filter((item) => 'role' in item && item.role === 'user').length;
        if (asked > 1) return { text: 'Short.' };
        return called > 0 ? { text: answer } : { toolCalls: [{ name: 'dump', arguments: {} }] };
      },
    });
    world = await World.create();
    await world.startRunner({
      OPENAI_BASE_URL: model.baseUrl,
      OPENAI_API_KEY: 'k',
      INTERNAL_MCP_URL: `${tools.endpoint}/{endpoint_id}/mcp`,
    });
  });
  afterAll(async () => {
    await world.stop();
    await Promise.all([model.stop(), tools.stop()]);
  });

  it.each([
    ['of 130 KB', 'word '.repeat(26_000)],
    ['of 300 KB', 'word '.repeat(60_000)],
    ['of 360 KB in 120,000 characters', '→ wort'.repeat(20_000) + '→'.repeat(70_000)],
    ['of 900 KB', 'word '.repeat(180_000)],
  ])('an answer %s is told, kept and remembered', async (_what, text) => {
    answer = text;
    // The question, the call and the answer, in however many rows.
    const agent = await world.createAgent(acme, { numOfMessages: 3 });
    const asked = await world.ask(acme, agent, 'Tell me everything');
    const task = await world.outcome(asked);
    expect(task).toMatchObject({ status: 'completed', notes: null });
    const whole = Buffer.byteLength(text) < 380_000;
    const mark = ' […] [The whole answer is in the messages of this run.]';
    if (whole) expect(task.result).toBe(text);
    else expect(text.startsWith(String(task.result).replace(mark, ''))).toBe(true);
    if (!whole) expect(task.result?.length).toBeGreaterThan(380_000);

    const { messages, toolCalls } = await world.records(asked);
    const said = messages.filter(({ role }) => role === 'assistant');
    expect(said.map(({ message }) => message).join('')).toBe(text);
    expect(toolCalls).toMatchObject([{ status: 'completed' }]);
    await until(() => world.push.frames(asked.connectionId).some(({ type }) => type === 'result'));
    const frames = world.push.frames(asked.connectionId);
    expectOneAnswer(frames, `${asked.connectionId}-${asked.runUuid}`);
    expect(textOf(frames)).toBe(text);

    model.requests.length = 0;
    const next = await world.ask(acme, agent, 'And now?', { threadUuid: asked.threadUuid });
    expect(await world.outcome(next)).toMatchObject({ status: 'completed', result: 'Short.' });
    const remembered = JSON.stringify(model.requests[0]?.body.input);
    expect(remembered).toContain('Tell me everything');
    expect(remembered.length).toBeGreaterThan(text.length);
  });
});
