import { type McpFault, type McpStandIn, startMcpStandIn, startOpenAiStandIn } from '@agent-engine/testing';
import { acme, World } from './harness/world.ts';

/** What can go wrong with a tool, and that it goes wrong with that tool only. */
describe('a tool that cannot be used', () => {
  let world: World;
  let model: Awaited<ReturnType<typeof startOpenAiStandIn>>;
  let broken: McpStandIn;
  let sound: McpStandIn;
  let agent: string;

  beforeAll(async () => {
    const tool = (name: string) => ({
      name,
      inputSchema: { type: 'object' as const, properties: { n: { type: 'integer' } }, required: ['n'] },
      run: ({ n }: Record<string, unknown>) => `${name} says ${JSON.stringify(n)}`,
    });
    broken = await startMcpStandIn({ tools: [tool('broken')] });
    sound = await startMcpStandIn({ tools: [tool('sound')] });
    model = await startOpenAiStandIn({
      script: ({ body }) => {
        const outputs = body.input.filter((item) => item.type === 'function_call_output');
        return outputs.length > 0
          ? { text: 'I did what I could.' }
          : {
              toolCalls: [
                { name: 'broken', arguments: { n: 1 }, callId: 'call_a' },
                { name: 'sound', arguments: { n: '2' }, callId: 'call_b' },
                { name: 'unheard_of', arguments: {}, callId: 'call_c' },
                { name: 'sound', arguments: '{"n": ', callId: 'call_d' },
              ],
            };
      },
    });
    world = await World.create();
    await world.startRunner({
      OPENAI_BASE_URL: model.baseUrl,
      OPENAI_API_KEY: 'operator-key',
      TOOL_TIMEOUT: '1s',
    });
    agent = await world.createAgent(acme, {
      mcpServers: [
        { label: 'broken', url: `${broken.endpoint}/mcp` },
        { label: 'sound', url: `${sound.endpoint}/mcp` },
      ],
    });
    // From now on its list is remembered, so that its faults are those of calls.
    await world.outcome(await world.ask(acme, agent, 'Warm up.'));
  });
  beforeEach(() => {
    model.requests.length = 0;
    broken.calls.length = 0;
  });
  afterAll(async () => {
    await world.stop();
    await Promise.all([model.stop(), broken.stop(), sound.stop()]);
  });

  it.each<[McpFault, RegExp]>([
    ['throw', /tool server failed/],
    ['isError', /could not do this/],
    ['hang', /did not answer within 1 second/],
    ['cut', /could not be run|did not answer within/],
    ['malformed', /could not be run|did not answer within/],
    [{ httpStatus: 500 }, /could not be run/],
    [{ httpStatus: 401 }, /could not be run/],
    [{ slowMs: 2_500 }, /did not answer within 1 second/],
  ])('because of %j costs its own call and nothing else', async (fault, why) => {
    broken.setFault(fault, 'broken');
    const asked = await world.ask(acme, agent, 'Go on.');
    expect(await world.outcome(asked)).toMatchObject({
      status: 'completed',
      result: 'I did what I could.',
    });
    broken.setFault(undefined, 'broken');

    const { toolCalls } = await world.records(asked);
    expect(toolCalls.map(({ toolCallId, status }) => [toolCallId, status])).toEqual([
      ['call_a', 'failed'],
      ['call_b', 'completed'],
      ['call_c', 'failed'],
      ['call_d', 'failed'],
    ]);
    expect(toolCalls[0]?.content).toMatch(why);
    expect(toolCalls[1]).toMatchObject({ arguments: '{"n":"2"}', content: 'sound says 2' });
    for (const { timeSpent } of toolCalls) expect(timeSpent).toEqual(expect.any(Number));
    // The model is told of all four, in the order it asked, and not what the machine said.
    const told = model.requests.at(-1)?.body.input.filter((item) => item.type === 'function_call_output');
    expect(told?.map((item) => item.call_id)).toEqual(['call_a', 'call_b', 'call_c', 'call_d']);
    expect(JSON.stringify(told)).not.toMatch(/ECONN|127\.0\.0\.1|\bat .*:\d+/);
  });

  it('because its server is gone costs its own call, too', async () => {
    const { port } = new URL(broken.endpoint);
    await broken.stop();
    const asked = await world.ask(acme, agent, 'And now?');
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed' });
    const { toolCalls } = await world.records(asked);
    expect(toolCalls.map(({ status }) => status)).toEqual(['failed', 'completed', 'failed', 'failed']);
    broken = await startMcpStandIn({ port: Number(port), tools: [] });
  });
});
