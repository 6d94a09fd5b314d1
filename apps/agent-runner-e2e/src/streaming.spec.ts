import { startOpenAiStandIn, type OpenAiScript } from '@agent-engine/testing';
import { answerFrames, expectOneAnswer, textOf } from './harness/frames.ts';
import type { PushedFrame } from './harness/push-receiver.ts';
import { acme, until, World } from './harness/world.ts';

describe('frames of the second version', () => {
  let world: World;
  let model: Awaited<ReturnType<typeof startOpenAiStandIn>>;
  let fallback: Awaited<ReturnType<typeof startOpenAiStandIn>>;
  let script: OpenAiScript = [];

  beforeAll(async () => {
    model = await startOpenAiStandIn({
      script: (request, index) => {
        if (typeof script !== 'function') throw new Error('no script');
        return script(request, index);
      },
    });
    fallback = await startOpenAiStandIn({ script: () => ({ text: 'The other one answers.' }) });
    world = await World.create();
    await world.startRunner({ OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: 'operator-key' });
  });
  beforeEach(() => (model.requests.length = 0));
  afterAll(async () => {
    await world.stop();
    await Promise.all([model.stop(), fallback.stop()]);
  });

  const kept = async ({ partition, threadUuid, runUuid }: Awaited<ReturnType<World['ask']>>, after = 0) => {
    const owner = await world.ownerOf(partition, threadUuid);
    const batches = await world.models.frameBatch.after(owner, runUuid, after);
    return batches.flatMap(({ frames }) => JSON.parse(frames) as (PushedFrame & { seq: number })[]);
  };

  it('carry numbers without a gap and a type, and end once', async () => {
    script = () => ({ reasoning: 'Hm, let me think.', text: ['Hello', ' <b>', 'you</b>'] });
    const agent = await world.createAgent(acme);
    const asked = await world.ask(acme, agent, 'Hello?', { streamVersion: 2 });
    await world.outcome(asked);
    const frames = () => world.push.frames(asked.connectionId);
    await until(() => frames().some(({ type }) => type === 'run.finished'));
    expect(frames().map(({ seq }) => seq)).toEqual(frames().map((_, i) => i + 1));
    expect(frames()[0]).toMatchObject({ type: 'run.started', run_uuid: asked.runUuid });
    expect(frames().at(-1)).toMatchObject({ type: 'run.finished', status: 'completed' });
    expectOneAnswer(frames(), `${asked.connectionId}-${asked.runUuid}`);
    expect(textOf(frames())).toBe('Hello <b>you</b>');
    expect(answerFrames(frames()).filter((frame) => frame.data_format === 'xml')).toHaveLength(2);
    expect(await kept(asked)).toEqual([]);
  });

  it('are kept, all of them, when the run outlives its socket', async () => {
    const words = Array.from({ length: 40 }, (_, i) => `word ${i} `);
    script = () => ({ text: words, delayMs: 20 });
    const agent = await world.createAgent(acme);
    const asked = await world.ask(acme, agent, 'Talk.', { streamVersion: 2, onDisconnect: 'finish' });
    await until(() => world.push.frames(asked.connectionId).length > 5);
    world.push.close(asked.connectionId);
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: words.join('') });
    await until(async () => (await kept(asked)).some(({ type }) => type === 'run.finished'));
    const frames = await kept(asked);
    expect(textOf(frames)).toBe(words.join(''));
    // Whatever a client has got, what is kept behind it is the rest.
    for (const got of [0, 3, 7, frames.length - 1]) {
      const rest = (await kept(asked, got)).filter(({ seq }) => seq > got);
      expect(rest.map(({ seq }) => seq)).toEqual(frames.slice(got).map(({ seq }) => seq));
    }
  });

  it('cancel the run as before when nobody said that it should go on', async () => {
    script = () => ({ text: Array.from({ length: 500 }, (_, i) => `word ${i} `), delayMs: 20 });
    const agent = await world.createAgent(acme);
    const asked = await world.ask(acme, agent, 'Talk.', { streamVersion: 2 });
    await until(() => world.push.frames(asked.connectionId).length > 5);
    world.push.close(asked.connectionId);
    expect((await world.outcome(asked)).notes).toMatch(/^run\.cancelled: /);
    await until(async () => (await world.usage(asked)) !== undefined);
    expect(await world.usage(asked)).toMatchObject({ status: 'cancelled', estimated: true, steps: 1 });
  });

  it('show structured output as it grows', async () => {
    const json = JSON.stringify({ name: 'Ann', tags: ['<a>', '<b>'], text: 'x'.repeat(200) });
    script = () => ({ text: json.match(/.{1,20}/g) ?? [], delayMs: 1 });
    const schema = { type: 'object', properties: { name: { type: 'string' } } };
    const agent = await world.createAgent(acme, {
      configuration: { text: { format: { type: 'json_schema', name: 'person', schema } } },
    });
    const asked = await world.ask(acme, agent, 'Who?', { streamVersion: 2 });
    await world.outcome(asked);
    const frames = () => world.push.frames(asked.connectionId);
    await until(() => frames().some(({ type }) => type === 'run.finished'));
    expect(JSON.parse(textOf(frames()))).toEqual(JSON.parse(json));
    expect(new Set(answerFrames(frames()).map((frame) => frame.data_format))).toEqual(
      new Set(['json_schema']),
    );
    const objects = frames().filter(({ type }) => type === 'object');
    expect(objects.length).toBeGreaterThan(1);
    expect(objects.at(-1)?.object).toEqual(JSON.parse(json));
  });

  it('come from the next model when an agent’s own has none to give; usage says which', async () => {
    script = () => ({ httpError: { status: 401 } });
    const agent = await world.createAgent(acme, {
      configuration: {
        fallbacks: [
          {
            llm_provider: 'openai',
            llm_name: 'gpt',
            configuration: { model: 'gpt-other', base_url: fallback.baseUrl, openai_api_key: 'other-key' },
          },
        ],
      },
    });
    const asked = await world.ask(acme, agent, 'Anybody?');
    expect(await world.outcome(asked)).toMatchObject({
      status: 'completed',
      result: 'The other one answers.',
    });
    expect(model.requests).toHaveLength(1);
    expect(fallback.requests[0]?.headers.authorization).toBe('Bearer other-key');
    const { run } = await world.records(asked);
    const usage = await world.usage(asked);
    expect(usage).toMatchObject({
      agentUuid: agent,
      status: 'completed',
      estimated: false,
      steps: 1,
      promptTokens: run?.promptTokens,
      totalTokens: run?.totalTokens,
    });
    expect(run).toMatchObject({ usageEstimated: false, cachedTokens: 0 });
  });
});
