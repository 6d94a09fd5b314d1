import {
  type McpStandIn,
  type OpenAiScript,
  startMcpStandIn,
  startOpenAiStandIn,
} from '@agent-engine/testing';
import { expectOneAnswer } from './harness/frames.ts';
import { isQueueEmpty } from './harness/queue.ts';
import { acme, globex, until, World } from './harness/world.ts';

const SECRET = 'sk-planted-secret';

describe('a question that cannot be answered', () => {
  let world: World;
  let model: Awaited<ReturnType<typeof startOpenAiStandIn>>;
  let tools: McpStandIn;
  let script: OpenAiScript;
  let runnerLog: () => string;

  beforeAll(async () => {
    tools = await startMcpStandIn({
      tools: [{ name: 'lookup', inputSchema: { type: 'object' }, run: () => 'found it' }],
    });
    model = await startOpenAiStandIn({
      script: (request, index) => {
        if (typeof script !== 'function') throw new Error('no script');
        return script(request, index);
      },
    });
    world = await World.create();
    const runner = await world.startRunner({
      OPENAI_BASE_URL: model.baseUrl,
      OPENAI_API_KEY: SECRET,
      INTERNAL_MCP_URL: `${tools.endpoint}/{endpoint_id}/mcp`,
      RUN_DEADLINE: '4s',
    });
    runnerLog = runner.log;
  });
  beforeEach(() => {
    model.requests.length = 0;
    tools.setFault(undefined);
    tools.setFault(undefined, 'lookup');
  });
  afterAll(async () => {
    await world.stop();
    await Promise.all([model.stop(), tools.stop()]);
  });

  const message = `Incorrect API key ${SECRET} for http://10.0.0.1/internal`;
  const status =
    (code: number): OpenAiScript =>
    () => ({ httpError: { status: code, message } });

  it.each<[string, OpenAiScript, string, number]>([
    ['rejects the key', status(401), 'provider.authentication', 1],
    ['rejects the request', status(400), 'provider.refused', 1],
    ['has no capacity', status(429), 'provider.rateLimited', 3],
    [
      'asks for an hour of patience',
      () => ({ httpError: { status: 429, retryAfterSeconds: 3600 } }),
      'provider.rateLimited',
      1,
    ],
    ['is broken', status(500), 'provider.unavailable', 3],
    [
      'cuts the stream',
      () => ({ text: ['Half of ', 'an answer '], delayMs: 20, fault: { kind: 'cut', afterEvents: 6 } }),
      'provider.unavailable',
      1,
    ],
    [
      'fails midway',
      () => ({ text: ['Half of an answer '], end: { failed: { code: 'server_error', message } } }),
      'provider.unavailable',
      1,
    ],
    [
      'sends garbage',
      () => ({ text: ['Half ', 'an answer'], fault: { kind: 'malformed', afterEvents: 5 } }),
      'provider.malformed',
      1,
    ],
    ['refuses to answer', () => ({ text: 'Well', end: 'filtered' }), 'provider.refused', 1],
    ['says nothing', () => ({ silent: true }), 'run.timedOut', 1],
    [
      'stops in mid-sentence',
      () => ({ text: ['a', 'b'], fault: { kind: 'stall', afterEvents: 5 } }),
      'run.timedOut',
      1,
    ],
    ['ends without a word', () => ({ text: '' }), 'provider.malformed', 3],
  ])('because the provider %s', async (_what, provider, code, requests) => {
    script = provider;
    const agent = await world.createAgent(acme);
    const asked = await world.ask(acme, agent, 'Well?');
    const task = await world.outcome(asked);
    expect(task).toMatchObject({ status: 'failed', result: null });
    expect(task.notes).toMatch(new RegExp(`^${code}: [A-Z][^:/]+\\.$`));
    expect(model.requests).toHaveLength(requests);

    await until(() => world.push.frames(asked.connectionId).some(({ type }) => type === 'error'));
    const frames = world.push.frames(asked.connectionId);
    expectOneAnswer(frames, `${asked.connectionId}-${asked.runUuid}`);
    expect(frames.at(-1)).toEqual({ type: 'error', run_uuid: asked.runUuid, detail: task.notes });

    const { messages } = await world.records(asked);
    expect(messages.map(({ role }) => role)).toEqual(['user']);
    expect(JSON.stringify([task, frames])).not.toMatch(/planted|10\.0\.0\.1|\bat .*:\d+/);
    expect(runnerLog()).not.toMatch(/planted|10\.0\.0\.1/);
  });

  it('because its tool says nothing: the call is closed, and the run is over in time', async () => {
    script = () => ({ toolCalls: [{ name: 'lookup', arguments: {} }] });
    tools.setFault('hang', 'lookup');
    const asked = await world.ask(acme, await world.createAgent(acme), 'Well?');
    expect((await world.outcome(asked)).notes).toMatch(/^run\.timedOut: /);
    expect((await world.records(asked)).toolCalls).toMatchObject([{ status: 'failed' }]);
    await until(() => tools.calls.every(({ abortedByClient }) => abortedByClient));
  });

  it('because a whole MCP server says nothing, and the run has no time to do without it', async () => {
    script = () => ({ text: 'Too late.' });
    tools.setFault('hang');
    const mcpServers = [{ label: 'silent', url: `${tools.endpoint}/silent/mcp` }];
    const asked = await world.ask(acme, await world.createAgent(acme, { mcpServers }), 'Well?');
    expect((await world.outcome(asked)).notes).toMatch(/^run\.timedOut: /);
    expect(model.requests).toEqual([]);
  });

  it('is answered although the way to its asker swallows everything, which holds nobody up for long', async () => {
    const text = 'word '.repeat(60_000);
    script = () => ({ text });
    world.push.failWith('silence');
    const asked = await world.ask(acme, await world.createAgent(acme), 'Well?');
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: text });
    await until(() => isQueueEmpty(world));
    world.push.failWith(undefined);
  });

  it('uses what its provider says it has used, all attempts together', async () => {
    script = () => ({ text: '', usage: { inputTokens: 20, outputTokens: 5, cachedTokens: 8 } });
    const asked = await world.ask(acme, await world.createAgent(acme), 'Well?');
    expect(await world.outcome(asked)).toMatchObject({ status: 'failed' });
    await until(async () => (await world.usage(asked)) !== undefined);
    expect(await world.usage(asked)).toMatchObject({
      status: 'failed',
      promptTokens: 60,
      completionTokens: 15,
      cachedTokens: 24,
      estimated: false,
    });
  });

  it('keeps what an answer that was cut short at its limit has', async () => {
    script = () => ({ text: 'A usable begin', end: 'length' });
    const asked = await world.ask(acme, await world.createAgent(acme), 'Well?');
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: 'A usable begin' });
  });

  it('survives a provider that recovers', async () => {
    script = (_request, index) => (index < 2 ? { httpError: { status: 503 } } : { text: 'Here I am.' });
    const asked = await world.ask(acme, await world.createAgent(acme), 'Well?');
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: 'Here I am.' });
  });

  it.each([
    ['its base URL is inside our network', { base_url: 'http://10.1.2.3/' }, 'egress.forbidden'],
    [
      'its base URL is our machine by another name',
      { baseUrl: 'http://localhost:65000/' },
      'egress.forbidden',
    ],
    ['a setting makes no sense', { temperature: 'hot' }, 'argument.invalid'],
  ])('because %s', async (_what, configuration, code) => {
    const agent = await world.createAgent(acme, { configuration });
    const task = await world.outcome(await world.ask(acme, agent, 'Well?'));
    expect(task).toMatchObject({ status: 'failed', notes: expect.stringContaining(`${code}: `) });
    expect(model.requests).toHaveLength(0);
  });

  it("because the agent is another tenant's, which looks as if there were none", async () => {
    const foreign = await world.createAgent(globex);
    const [theirs, nobodys] = await Promise.all(
      [foreign, 'agent-0-missing'].map(async (agent) => world.outcome(await world.ask(acme, agent, 'Well?'))),
    );
    expect(theirs?.notes).toMatch(/^entity\.notFound: /);
    expect(theirs?.notes).toBe(nobodys?.notes);
  });

  it('is answered neither with rows nor frames when its message names rows of another tenant', async () => {
    script = () => ({ text: 'leaked' });
    const agent = await world.createAgent(globex);
    const theirs = await world.prepare(globex, agent, 'Well?');
    await world.send({ ...theirs, partition: acme, connectionId: 'forger' });
    await until(() => runnerLog().includes('does not exist in its partition'));
    expect(world.push.frames('forger')).toEqual([]);
    expect(await world.task(theirs)).toMatchObject({ status: 'initial' });
    expect((await world.records(theirs)).messages).toEqual([]);
  });
});
