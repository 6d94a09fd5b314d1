import { HANDLER_IDS } from '@agent-engine/agent-handlers';
import {
  HandlerUnderTest,
  look,
  question,
  textOf,
  turnOf,
  withResults,
} from '../conformance/handler-under-test.ts';
import { type GeminiStandIn, startGeminiStandIn } from './gemini-stand-in.ts';
import { signatureOf } from './gemini.signature.ts';

let test: HandlerUnderTest<GeminiStandIn>;
beforeAll(async () => {
  test = await HandlerUnderTest.start({
    id: HANDLER_IDS.gemini,
    start: (script) => startGeminiStandIn({ script }),
    account: (endpoint) => ({ google: { baseUrl: `${endpoint}/v1beta`, apiKey: 'operator-key' } }),
    defaultModel: 'gemini-3-pro-preview',
  });
});
afterAll(() => test.stop());

describe('Gemini', () => {
  it.each([true, false])('gets the signatures of its thoughts back (stream: %s)', async (stream) => {
    const signed = { text: 'Let me see.', thoughtSignature: signatureOf('text') };
    const first = await test.ask(
      [
        {
          reasoning: ['Hm, ', 'well.'],
          items: [signed],
          toolCalls: [1, 2, 3].map((n) => ({ name: 'look', arguments: { n } })),
        },
      ],
      { stream, reasoning: { enabled: true } },
      { tools: [look] },
    );
    const { parts } = turnOf(first);
    const calls = parts.flatMap((part) => (part.type === 'tool-call' ? [part.call] : []));
    expect(new Set(calls.map(({ id }) => id)).size).toBe(3);
    // The server refuses calls without results, and calls whose signature is lost.
    await test.ask([{ text: 'Done' }], { stream }, { tools: [look], messages: withResults(parts) });
    const [, turn, results] = test.asked.body.contents;
    expect(turn?.parts.flatMap(({ thoughtSignature = [] }) => thoughtSignature)).toEqual([
      signatureOf('text'),
      signatureOf('look'),
    ]);
    expect(results?.parts.map(({ functionResponse }) => functionResponse?.response)).toMatchObject([
      { content: 'result 0' },
      {},
      { content: 'result 2' },
    ]);
    expect(JSON.stringify(results?.parts[1])).toContain('result 1');
  });

  it('answers calls of the history, which have no signature', async () => {
    const calls = [1, 2].map((n) => ({ id: `call_${n}`, name: 'look', arguments: `{"n":${n}}` }));
    await test.ask(
      [{ text: 'Done' }],
      {},
      {
        instructions: 'Be brief.',
        tools: [look],
        messages: [
          { role: 'assistant', parts: calls.map((call) => ({ type: 'tool-call', call })) },
          { role: 'tool', results: calls.map((call) => ({ call, text: 'shipped', failed: false })) },
          { role: 'system', text: 'The shop is closed.' },
          question,
        ],
      },
    );
    expect(test.asked.body.contents.map(({ role }) => role)).toEqual(['user', 'model', 'user', 'user']);
    expect(JSON.stringify(test.asked.body.systemInstruction)).toContain('The shop is closed.');
  });

  it('takes every setting, and none that is not the provider’s', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    await test.ask(
      [{ text: '{"a":"b"}' }],
      {
        maxOutputTokens: 50,
        temperature: 1.5,
        top_p: 0.5,
        top_k: 3,
        stop_sequences: ['END'],
        seed: 4,
        reasoning: { enabled: true, include_thoughts: false, thinking_level: 'low' },
        text: { format: { type: 'json_schema', schema } },
        safety_settings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
        enabled_tools: ['look'],
        extra_headers: { 'X-Trace': 'a' },
      },
      { instructions: 'Be brief.' },
    );
    expect(test.asked).toMatchObject({
      path: '/v1beta/models/gemini-3-pro-preview:streamGenerateContent?alt=sse',
      headers: { 'x-goog-api-key': 'operator-key', 'x-trace': 'a' },
      body: {
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
        generationConfig: {
          maxOutputTokens: 50,
          temperature: 1.5,
          topP: 0.5,
          topK: 3,
          stopSequences: ['END'],
          seed: 4,
          responseMimeType: 'application/json',
          responseJsonSchema: schema,
          thinkingConfig: { includeThoughts: false, thinkingLevel: 'low' },
        },
      },
    });
  });

  it.each([
    ['gemini-2.5-pro', { enabled: false }, { thinkingBudget: 0 }],
    ['gemini-2.5-pro', { effort: 'medium' }, { thinkingBudget: 8192, includeThoughts: true }],
    ['gemini-2.5-pro', { enabled: true, thinking_budget: -1 }, { thinkingBudget: -1, includeThoughts: true }],
    ['gemini-3-pro-preview', { effort: 'high' }, { thinkingLevel: 'high', includeThoughts: true }],
  ])('%s thinks %j', async (model, reasoning, thinkingConfig) => {
    await test.ask([{ text: 'ok' }], { model, reasoning });
    expect(test.asked.body.generationConfig).toMatchObject({ thinkingConfig });
  });

  it('loses no word of a chunk that holds a thought and the answer', async () => {
    const events = await test.ask([
      { items: [{ text: 'Hm. ', thought: true }, { text: 'It ' }], text: ['is ', 'there.'] },
    ]);
    expect(textOf(events)).toBe('It is there.');
  });

  it('searches and runs code, and remembers both', async () => {
    const ran = [
      { executableCode: { language: 'PYTHON', code: 'print(1)' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
    ];
    const annotations = [{ web: { uri: 'https://example.com/a', title: 'A' } }];
    const configuration = { tools: [{ name: 'google_search' }, { name: 'code_execution' }] };
    const events = await test.ask([{ items: ran, text: 'One.', annotations }], configuration);
    expect(test.asked.body.tools).toEqual([{ googleSearch: {} }, { codeExecution: {} }]);
    expect(events).toContainEqual({ type: 'source', source: { url: 'https://example.com/a', title: 'A' } });
    for (const state of ['started', 'completed']) {
      expect(events).toContainEqual({
        type: 'native-tool',
        activity: expect.objectContaining({ name: 'code_execution', state }),
      });
    }
    const { parts } = turnOf(events);
    await test.ask([{ text: 'Yes.' }], configuration, {
      messages: [question, { role: 'assistant', parts }, { role: 'user', text: 'Sure?' }],
    });
    expect(test.asked.body.contents[1]?.parts).toMatchObject([...ran, { text: 'One.' }]);
  });

  it('offers an older model its servers’ tools rather than its own, and says so', async () => {
    const configuration = { model: 'gemini-2.5-flash', tools: [{ name: 'google_search' }] };
    const events = await test.ask([{ text: 'ok' }], configuration, { tools: [look] });
    expect(JSON.stringify(test.asked.body.tools)).toContain('look');
    expect(events).toContainEqual({ type: 'warning', message: expect.stringContaining('google_search') });
    await test.ask([{ text: 'ok' }], { tools: configuration.tools }, { tools: [look] });
    expect(test.asked.body.tools).toMatchObject([
      { googleSearch: {} },
      { functionDeclarations: [{ name: 'look' }] },
    ]);
  });

  it.each([true, false])(
    'takes a blocked question as refused, and asks once (stream: %s)',
    async (stream) => {
      await expect(test.ask([{ end: 'filtered' }], { stream })).rejects.toMatchObject({
        code: 'provider.refused',
        retryable: false,
      });
      expect(test.requests.length).toBe(1);
    },
  );

  it.each([
    ['RESOURCE_EXHAUSTED', 'provider.rateLimited'],
    ['UNAVAILABLE', 'provider.unavailable'],
    ['INVALID_ARGUMENT', 'provider.refused'],
  ])('an error %s inside the stream is %s', async (code, expected) => {
    await expect(test.ask([{ text: 'Well', end: { error: { code, message: 'x' } } }])).rejects.toMatchObject({
      code: expected,
    });
  });

  it('knows a key that is wrong, which the provider calls an invalid argument', async () => {
    const wrong = { status: 400, code: 'API_KEY_INVALID', message: 'API key not valid.' };
    await expect(test.ask([{ httpError: wrong }])).rejects.toMatchObject({
      code: 'provider.authentication',
    });
  });

  it.each([
    [{ temperature: 2.5 }, 'temperature'],
    [{ top_k: 0 }, 'top_k'],
    [{ tools: [{ type: 'google_serch' }] }, 'tools.0.type'],
    [{ tools: [{ name: 'file_search' }] }, 'tools.0.file_search_store_names'],
    [{ reasoning: { thinking_level: 'low', thinking_budget: 1 } }, 'reasoning.thinking_budget'],
    [{ location: 'evil.example/' }, 'location'],
    [{ project: '../x' }, 'project'],
    [{ service_account: { client_email: 'a', private_key: 'b' } }, 'project'],
  ])('refuses %j', (given, path) => {
    expect(test.refused(given)).toEqual([path]);
  });
});

describe('Gemini on Vertex AI', () => {
  const auth = { getAccessToken: () => Promise.resolve({ token: 'operators-token' }) };
  const vertex = { project: 'shop', location: 'europe-west1', auth: auth as never };
  const onVertex = () => test.with({ google: { baseUrl: test.server.endpoint, vertex } });

  it('asks the operator’s project as the operator', async () => {
    const by = await onVertex();
    const first = await test.ask([{ toolCalls: [{ name: 'look' }] }], {}, { tools: [look] }, by);
    expect(test.asked).toMatchObject({
      path: '/v1beta1/projects/shop/locations/europe-west1/publishers/google/models/gemini-3-pro-preview:streamGenerateContent?alt=sse',
      headers: { authorization: 'Bearer operators-token' },
    });
    const { parts } = turnOf(first);
    await test.ask([{ text: 'Done' }], {}, { tools: [look], messages: withResults(parts) }, by);
    expect(test.asked.body.contents[1]?.parts[0]?.thoughtSignature).toBe(signatureOf('look'));
  });

  it('lends the operator’s identity to no other project, no other server and no agent with a key', async () => {
    const by = await onVertex();
    await expect(test.ask([], { project: 'another' }, {}, by)).rejects.toMatchObject({
      code: 'provider.authentication',
    });
    await expect(
      test.ask([], { project: 'shop', base_url: test.server.endpoint }, {}, by),
    ).rejects.toMatchObject({
      code: 'provider.authentication',
    });
    await test.ask([{ text: 'ok' }], { api_key: 'own' }, {}, by);
    expect(test.asked.headers).toMatchObject({ 'x-goog-api-key': 'own' });
    expect(test.asked.headers.authorization).toBeUndefined();
  });

  it('keeps no files', async () => {
    const by = await onVertex();
    const list = by.files!.list(test.configured({}, by), {});
    await expect(list[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'handler.unsupported',
    });
  });
});
