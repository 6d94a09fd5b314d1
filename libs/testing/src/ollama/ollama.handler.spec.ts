import { HANDLER_IDS, type HandlerOptions } from '@agent-engine/agent-handlers';
import { HandlerUnderTest } from '../conformance/handler-under-test.ts';
import { type OllamaStandIn, startOllamaStandIn } from './ollama-stand-in.ts';

describe('Ollama', () => {
  let test: HandlerUnderTest<OllamaStandIn>;
  const account = (endpoint: string, apiKey?: string): Omit<HandlerOptions, 'egress'> => ({
    ollama: { baseUrl: endpoint, webUrl: endpoint, apiKey },
  });
  beforeAll(async () => {
    test = await HandlerUnderTest.start({
      id: HANDLER_IDS.ollama,
      start: (script) =>
        startOllamaStandIn({
          script,
          web: ({ body }) => ({ results: [{ title: JSON.stringify(body), content: 'x'.repeat(9_000) }] }),
        }),
      account: (endpoint) => account(endpoint, 'operator-key'),
      defaultModel: 'qwen3',
    });
  });
  afterAll(() => test.stop());

  async function step(...asked: Parameters<typeof test.step>) {
    await test.ask([{ text: 'ok' }], ...asked);
    return test.asked;
  }

  it('gets settings under its own names', async () => {
    const { body } = await step({
      temperature: 0.2,
      top_p: 0.9,
      top_k: 40,
      num_predict: -1,
      num_ctx: 8_192,
      repeat_penalty: 1.1,
      keep_alive: '5m',
      reasoning: { enabled: true, effort: 'high' },
      text: { format: { type: 'json_object' } },
    });
    expect(body).toMatchObject({
      model: 'qwen3',
      format: 'json',
      think: 'high',
      keep_alive: '5m',
      options: {
        temperature: 0.2,
        top_p: 0.9,
        top_k: 40,
        num_predict: -1,
        num_ctx: 8_192,
        repeat_penalty: 1.1,
      },
    });
    expect((await step({ reasoning: { enabled: false } })).body.think).toBe(false);
    expect((await step({})).body).not.toHaveProperty('think');
  });

  it.each(['', '/', '/api', '/v1'])(
    'is found at a base URL that ends with "%s", with the agent’s headers',
    async (path) => {
      const { path: asked, headers } = await step({
        base_url: `${test.server.endpoint}${path}`,
        headers: { Authorization: 'Basic x', 'X-Team': 'a' },
      });
      expect(asked).toBe('/api/chat');
      expect(headers).toMatchObject({ authorization: 'Basic x', 'x-team': 'a' });
    },
  );

  it('reads texts that come with a question, and says what it cannot read', async () => {
    const file = (filename: string, mediaType: string) => [
      { filename, mediaType, content: Buffer.from('one, two').toString('base64') },
    ];
    const messages = (files: ReturnType<typeof file>) => [{ role: 'user' as const, text: 'Sum', files }];
    const { body } = await step({}, { messages: messages(file('a.csv', 'text/csv')) });
    expect(body.messages).toMatchObject([{ content: 'a.csv:\none, two\n\nSum' }]);
    await expect(step({}, { messages: messages(file('a.zip', 'application/zip')) })).rejects.toMatchObject({
      code: 'provider.refused',
      message: expect.stringContaining('a.zip') as string,
    });
  });

  describe('its web tools', () => {
    const enabled = { web_tools_enabled: { web_search: true, web_fetch: true } };
    const call = { signal: AbortSignal.timeout(60_000), idempotencyKey: 'k' };
    const toolsOf = (configuration: object, of = test.handler) =>
      of.ownTools!(test.configured(configuration, of));

    it('are there when the agent says so', () => {
      expect(toolsOf({})).toEqual([]);
      expect(toolsOf({ web_tools_enabled: { web_fetch: true } }).map(({ name }) => name)).toEqual([
        'web_fetch',
      ]);
    });

    it('are asked with the agent’s key, else the operator’s, and say no more than a model can read', async () => {
      const [search] = toolsOf({ ...enabled, api_key: 'own-key' });
      const { text, failed } = await search!.run({ query: 'skates', max_results: 2 }, call);
      expect([failed, text.includes('skates'), text.length < 8_100]).toEqual([false, true, true]);
      const [, fetchPage] = toolsOf(enabled);
      await fetchPage!.run({ url: 'https://a.example' }, call);
      expect(test.server.webRequests).toEqual([
        {
          path: '/api/web_search',
          authorization: 'Bearer own-key',
          body: { query: 'skates', max_results: 2 },
        },
        { path: '/api/web_fetch', authorization: 'Bearer operator-key', body: { url: 'https://a.example' } },
      ]);
    });

    it('fail in words for the model without a key', async () => {
      const keyless = await test.with(account(test.server.endpoint));
      const [search] = toolsOf(enabled, keyless);
      await expect(search!.run({ query: 'x' }, call)).rejects.toMatchObject({
        code: 'provider.authentication',
        message: expect.stringContaining('key') as string,
      });
    });
  });
});
