import {
  type AgentHandler,
  createEgressGuard,
  createHandlerRegistry,
  HANDLER_IDS,
  type HandlerOptions,
  type StepEvent,
  type StepRequest,
} from '@agent-engine/agent-handlers';
import type { ScriptedStep } from '../provider/script.ts';
import { type GeminiStandIn, startGeminiStandIn } from './gemini-stand-in.ts';
import { signatureOf } from './gemini.signature.ts';

let provider: GeminiStandIn;
let handler: AgentHandler;
let script: readonly ScriptedStep[] = [];
let before = 0;

const handlerOf = (google: HandlerOptions['google']) =>
  createHandlerRegistry({
    google,
    egress: createEgressGuard(['127.0.0.1']),
  }).resolve(HANDLER_IDS.gemini);

beforeAll(async () => {
  provider = await startGeminiStandIn({
    script: (_request, index) =>
      script[index - before] ?? { httpError: { status: 400, message: 'asked too often' } },
  });
  handler = await handlerOf({ baseUrl: `${provider.endpoint}/v1beta`, apiKey: 'operator-key' });
});
afterAll(() => provider.stop());

const question = { role: 'user', text: 'Where is it?' } as const;
const look = { name: 'look', inputSchema: { type: 'object' as const } };

async function ask(
  steps: readonly ScriptedStep[],
  given: object = {},
  request: Partial<Omit<StepRequest, 'configuration'>> = {},
  by = handler,
): Promise<StepEvent[]> {
  script = steps;
  before = provider.requests.length;
  const events: StepEvent[] = [];
  const step = by.step({
    defaultModel: 'gemini-3-pro-preview',
    messages: [question],
    tools: [],
    signal: AbortSignal.timeout(60_000),
    ...request,
    configuration: by.configuration.parse(given),
  });
  for await (const event of step) events.push(event);
  return events;
}

const asked = () => provider.requests[before]!;

function turnOf(events: readonly StepEvent[]) {
  const last = events.at(-1);
  if (last?.type !== 'finish') throw new Error('no finish');
  return { ...last, parts: JSON.parse(JSON.stringify(last.parts)) as typeof last.parts };
}

describe('Gemini', () => {
  it.each([true, false])('gets the signatures of its thoughts back (stream: %s)', async (stream) => {
    const signed = { text: 'Let me see.', thoughtSignature: signatureOf('text') };
    const first = await ask(
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
    await ask(
      [{ text: 'Done' }],
      { stream },
      {
        tools: [look],
        messages: [
          question,
          { role: 'assistant', parts },
          { role: 'tool', results: calls.map((call, i) => ({ call, text: `result ${i}`, failed: i === 1 })) },
        ],
      },
    );
    const [, turn, results] = asked().body.contents;
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
    const call = { id: 'call_1', name: 'look', arguments: '{"n":1}' };
    await ask(
      [{ text: 'Done' }],
      {},
      {
        instructions: 'Be brief.',
        tools: [look],
        messages: [
          { role: 'assistant', parts: [{ type: 'tool-call', call }] },
          { role: 'tool', results: [{ call, text: 'shipped', failed: false }] },
          { role: 'system', text: 'The shop is closed.' },
          question,
        ],
      },
    );
    expect(asked().body.contents.map(({ role }) => role)).toEqual(['user', 'model', 'user', 'user']);
    expect(JSON.stringify(asked().body.systemInstruction)).toContain('The shop is closed.');
  });

  it('takes every setting, and none that is not the provider’s', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    await ask(
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
    expect(asked()).toMatchObject({
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
    await ask([{ text: 'ok' }], { model, reasoning });
    expect(asked().body.generationConfig).toMatchObject({ thinkingConfig });
  });

  it('loses no word of a chunk that holds a thought and the answer', async () => {
    const events = await ask([
      { items: [{ text: 'Hm. ', thought: true }, { text: 'It ' }], text: ['is ', 'there.'] },
    ]);
    const said = events.flatMap((event) => (event.type === 'text-delta' ? event.text : []));
    expect(said.join('')).toBe('It is there.');
  });

  it('searches and runs code, and remembers both', async () => {
    const ran = [
      { executableCode: { language: 'PYTHON', code: 'print(1)' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
    ];
    const annotations = [{ web: { uri: 'https://example.com/a', title: 'A' } }];
    const configuration = { tools: [{ name: 'google_search' }, { name: 'code_execution' }] };
    const events = await ask([{ items: ran, text: 'One.', annotations }], configuration);
    expect(asked().body.tools).toEqual([{ googleSearch: {} }, { codeExecution: {} }]);
    expect(events).toContainEqual({ type: 'source', source: { url: 'https://example.com/a', title: 'A' } });
    for (const state of ['started', 'completed']) {
      expect(events).toContainEqual({
        type: 'native-tool',
        activity: expect.objectContaining({ name: 'code_execution', state }),
      });
    }
    const { parts } = turnOf(events);
    await ask([{ text: 'Yes.' }], configuration, {
      messages: [question, { role: 'assistant', parts }, { role: 'user', text: 'Sure?' }],
    });
    expect(asked().body.contents[1]?.parts).toMatchObject([...ran, { text: 'One.' }]);
  });

  it('offers an older model its servers’ tools rather than its own, and says so', async () => {
    const configuration = { model: 'gemini-2.5-flash', tools: [{ name: 'google_search' }] };
    const events = await ask([{ text: 'ok' }], configuration, { tools: [look] });
    expect(JSON.stringify(asked().body.tools)).toContain('look');
    expect(events).toContainEqual({ type: 'warning', message: expect.stringContaining('google_search') });
    await ask([{ text: 'ok' }], { tools: configuration.tools }, { tools: [look] });
    expect(asked().body.tools).toMatchObject([
      { googleSearch: {} },
      { functionDeclarations: [{ name: 'look' }] },
    ]);
  });

  it.each([true, false])(
    'takes a blocked question as refused, and asks once (stream: %s)',
    async (stream) => {
      await expect(ask([{ end: 'filtered' }], { stream })).rejects.toMatchObject({
        code: 'provider.refused',
        retryable: false,
      });
      expect(provider.requests.length - before).toBe(1);
    },
  );

  it.each([
    ['RESOURCE_EXHAUSTED', 'provider.rateLimited'],
    ['UNAVAILABLE', 'provider.unavailable'],
    ['INVALID_ARGUMENT', 'provider.refused'],
  ])('an error %s inside the stream is %s', async (code, expected) => {
    await expect(ask([{ text: 'Well', end: { error: { code, message: 'x' } } }])).rejects.toMatchObject({
      code: expected,
    });
  });

  it('knows a key that is wrong, which the provider calls an invalid argument', async () => {
    const wrong = { status: 400, code: 'API_KEY_INVALID', message: 'API key not valid.' };
    await expect(ask([{ httpError: wrong }])).rejects.toMatchObject({ code: 'provider.authentication' });
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
    const parsed = handler.configuration.safeParse(given);
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});

describe('Gemini on Vertex AI', () => {
  const auth = { getAccessToken: () => Promise.resolve({ token: 'operators-token' }) };
  const vertex = { project: 'shop', location: 'europe-west1', auth: auth as never };
  const onVertex = () => handlerOf({ baseUrl: provider.endpoint, vertex });

  it('asks the operator’s project as the operator', async () => {
    const by = await onVertex();
    const first = await ask([{ toolCalls: [{ name: 'look' }] }], {}, { tools: [look] }, by);
    expect(asked()).toMatchObject({
      path: '/v1beta1/projects/shop/locations/europe-west1/publishers/google/models/gemini-3-pro-preview:streamGenerateContent?alt=sse',
      headers: { authorization: 'Bearer operators-token' },
    });
    const { parts } = turnOf(first);
    const results = parts.flatMap((part) =>
      part.type === 'tool-call' ? [{ call: part.call, text: 'shipped', failed: false }] : [],
    );
    const messages = [question, { role: 'assistant' as const, parts }, { role: 'tool' as const, results }];
    await ask([{ text: 'Done' }], {}, { tools: [look], messages }, by);
    expect(asked().body.contents[1]?.parts[0]?.thoughtSignature).toBe(signatureOf('look'));
  });

  it('lends the operator’s identity to no other project, no other server and no agent with a key', async () => {
    const by = await onVertex();
    await expect(ask([], { project: 'another' }, {}, by)).rejects.toMatchObject({
      code: 'provider.authentication',
    });
    await expect(ask([], { project: 'shop', base_url: provider.endpoint }, {}, by)).rejects.toMatchObject({
      code: 'provider.authentication',
    });
    await ask([{ text: 'ok' }], { api_key: 'own' }, {}, by);
    expect(asked().headers).toMatchObject({ 'x-goog-api-key': 'own' });
    expect(asked().headers.authorization).toBeUndefined();
  });

  it('keeps no files', async () => {
    const by = await onVertex();
    await expect(by.files!.list(by.configuration.parse({}), {})).rejects.toMatchObject({
      code: 'handler.unsupported',
    });
  });
});

describe('files of the Gemini API', () => {
  const file = {
    filename: 'a "ü".txt',
    mediaType: 'text/plain',
    content: new Uint8Array(Buffer.from('hello')),
  };
  const configured = (given: object = { api_key: 'own', base_url: provider.endpoint }) =>
    handler.configuration.parse(given);

  it('are uploaded, described, listed and deleted in the agent’s own account', async () => {
    const files = handler.files!;
    const { id, detail } = await files.upload(configured(), file);
    expect(id).toMatch(/^files\//);
    expect(detail).toMatchObject({ displayName: 'a "ü".txt', mimeType: 'text/plain', sizeBytes: '5' });
    expect(provider.files.at(-1)).toMatchObject({ apiKey: 'own', content: Buffer.from('hello') });
    expect(await files.get(configured(), { id, withContent: false })).toMatchObject({ id });
    const newer = await files.upload(configured(), file);
    expect((await files.list(configured(), {})).map((one) => one.id)).toEqual([newer.id, id]);
    expect(await files.list(configured({}), {})).toEqual([]);
    await files.delete(configured(), id);
    for (const gone of [id, '../models/x']) {
      await expect(files.get(configured(), { id: gone, withContent: false })).rejects.toMatchObject({
        code: 'provider.notFound',
      });
    }
  });

  it('come back when a model has made them, and only then', async () => {
    const files = handler.files!;
    const { id } = await files.upload(configured(), file);
    await expect(files.get(configured(), { id, withContent: true })).rejects.toMatchObject({
      code: 'provider.refused',
    });
    const made = provider.addOutputFile({
      apiKey: 'own',
      mimeType: 'video/mp4',
      content: Buffer.from('film'),
    });
    const output = await files.output(configured(), {
      containerId: '',
      fileId: made.name,
      withContent: true,
    });
    expect(output.detail.encoded_content).toBe(Buffer.from('film').toString('base64'));
  });

  it('are shared only in the operator’s account, and never leave for a server inside', async () => {
    const files = handler.files!;
    expect([files.isShared(configured({})), files.isShared(configured())]).toEqual([true, false]);
    const inside = configured({ base_url: 'http://169.254.169.254/', api_key: 'own' });
    await expect(files.upload(inside, file)).rejects.toMatchObject({ code: 'egress.forbidden' });
  });
});
