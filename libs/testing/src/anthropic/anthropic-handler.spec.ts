import { HANDLER_IDS } from '@agent-engine/agent-handlers';
import { HandlerUnderTest, look, question, turnOf, withResults } from '../conformance/handler-under-test.ts';
import type { AnswerStep } from '../provider/script.ts';
import { type AnthropicStandIn, startAnthropicStandIn } from './anthropic-stand-in.ts';
import type { MessagesBody } from './anthropic.request.ts';
import { sealed } from './anthropic.signature.ts';

let test: HandlerUnderTest<AnthropicStandIn>;
beforeAll(async () => {
  test = await HandlerUnderTest.start({
    id: HANDLER_IDS.anthropic,
    start: (script) => startAnthropicStandIn({ script }),
    account: (endpoint) => ({ anthropic: { baseUrl: `${endpoint}/v1/`, apiKey: 'operator-key' } }),
    defaultModel: 'claude-sonnet-4-5',
  });
});
afterAll(() => test.stop());

const betas = () => String(test.asked.headers['anthropic-beta'] ?? '').split(',');

const calls: AnswerStep['toolCalls'] = [
  { name: 'look', arguments: { orderId: '7' } },
  { name: 'look', arguments: {} },
  { name: 'look', arguments: '{broken' },
];

describe('Claude at Anthropic', () => {
  it.each([true, false])('thinks, signed and sealed, across steps (stream: %s)', async (stream) => {
    const configuration = { stream, thinking: { type: 'enabled', budget_tokens: 2048 } };
    const hidden = { type: 'redacted_thinking', data: sealed('hidden') };
    const first = await test.ask(
      [{ reasoning: ['Hm, ', 'well.'], items: [hidden], text: 'Let me see.', toolCalls: calls.slice(0, 2) }],
      configuration,
      { tools: [look] },
    );
    const { parts, reason } = turnOf(first);
    expect(reason).toBe('tool-calls');
    expect(first.flatMap((event) => (event.type === 'reasoning-delta' ? event.text : [])).join('')).toBe(
      'Hm, well.',
    );
    // The server refuses thoughts that are missing, changed or unsigned, and results that are.
    const second = await test.ask([{ text: 'Done' }], configuration, {
      tools: [look],
      messages: withResults(parts),
    });
    expect(second.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
    expect(test.asked.body.messages[1]?.content.map(({ type }) => type)).toEqual([
      'thinking',
      'thinking',
      'redacted_thinking',
      'text',
      'tool_use',
      'tool_use',
    ]);
    expect(test.asked.body.thinking).toMatchObject({ type: 'enabled', budget_tokens: 2048 });
  });

  it('answers each of several calls once, in one turn, and says which failed', async () => {
    const { parts } = turnOf(await test.ask([{ toolCalls: calls }], {}, { tools: [look] }));
    await test.ask([{ text: 'Done' }], {}, { tools: [look], messages: withResults(parts) });
    expect(test.asked.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(test.asked.body.messages[2]?.content).toMatchObject([
      { type: 'tool_result', content: 'result 0' },
      { type: 'tool_result', content: 'result 1', is_error: true },
      { type: 'tool_result', content: 'result 2' },
    ]);
  });

  it('takes every setting, and none that is not the provider’s', async () => {
    await test.ask(
      [{ text: 'ok' }],
      {
        model: 'claude-opus-4-1',
        maxTokens: 500,
        top_p: 0.5,
        topK: 3,
        stop_sequences: ['END'],
        enabled_tools: ['look'],
        metadata: { user_id: 'u' },
        service_tier: 'standard_only',
        cache_control: { ttl: '1h' },
        betas: ['some-beta-2030-01-01'],
        extra_headers: { 'X-Trace': 'a' },
        parallel_tool_calls: false,
      },
      { instructions: 'Be brief.', tools: [look] },
    );
    const { body, headers } = test.asked;
    expect(body).toMatchObject({
      model: 'claude-opus-4-1',
      max_tokens: 500,
      top_p: 0.5,
      top_k: 3,
      stop_sequences: ['END'],
      metadata: { user_id: 'u' },
      service_tier: 'standard_only',
      cache_control: { type: 'ephemeral', ttl: '1h' },
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      system: [{ type: 'text', text: 'Be brief.' }],
    });
    expect(Object.keys(body)).not.toContain('enabled_tools');
    expect(betas()).toContain('some-beta-2030-01-01');
    expect(headers).toMatchObject({ 'x-trace': 'a', 'x-api-key': 'operator-key' });
  });

  it('counts what came from the cache', async () => {
    const usage = { inputTokens: 100, cachedTokens: 60, outputTokens: 9, reasoningTokens: 4 };
    expect(await test.ask([{ text: 'ok', usage }])).toContainEqual({
      type: 'usage',
      usage: {
        promptTokens: 100,
        cachedTokens: 60,
        completionTokens: 9,
        reasoningTokens: 4,
        totalTokens: 109,
      },
    });
  });

  it('searches, and goes on with a paused turn as it was', async () => {
    const search = [
      { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'skates' } },
      {
        type: 'web_search_tool_result',
        tool_use_id: 'srvtoolu_1',
        content: [
          {
            type: 'web_search_result',
            url: 'https://example.com/a',
            title: 'A',
            encrypted_content: 'sealed',
            page_age: null,
          },
        ],
      },
    ];
    const configuration = { tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 2 }] };
    const first = await test.ask(
      [{ reasoning: 'Hm.', items: search, text: 'So far ', end: 'paused' }],
      configuration,
    );
    expect(test.asked.body.tools).toMatchObject([
      { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
    ]);
    expect(first).toContainEqual({
      type: 'native-tool',
      activity: expect.objectContaining({ name: 'web_search', state: 'started' }),
    });
    expect(first).toContainEqual({
      type: 'native-tool',
      activity: expect.objectContaining({ name: 'web_search', state: 'completed' }),
    });
    expect(first).toContainEqual({ type: 'source', source: { url: 'https://example.com/a', title: 'A' } });
    const { reason, parts } = turnOf(first);
    expect(reason).toBe('pause');
    await test.ask([{ text: 'so good.' }], configuration, {
      messages: [question, { role: 'assistant', parts }],
    });
    expect(test.asked.body.messages[1]?.content).toMatchObject([
      { type: 'thinking', thinking: 'Hm.' },
      search[0],
      { ...search[1], content: [{ encrypted_content: 'sealed' }] },
      { type: 'text', text: 'So far' },
    ]);
  });

  it('runs code with the question’s files and skills, in one container, and tells what it wrote', async () => {
    const configuration = test.configured({
      tools: [{ name: 'code_execution' }],
      skills: [{ skill_id: 'xlsx' }, { skill_id: 'skill_01', version: 3 }],
    });
    const files = await test.handler.placeFiles!(
      configuration,
      [
        { filename: 'a.csv', mediaType: 'text/csv', content: Buffer.from('1,2').toString('base64') },
        { filename: 'b.png', mediaType: 'image/png', content: 'AAAA' },
      ],
      AbortSignal.timeout(60_000),
    );
    const uploaded = test.server.files.slice(-2).map(({ id }) => id);
    expect(test.server.files.at(-2)).toMatchObject({
      filename: 'a.csv',
      content: Buffer.from('1,2'),
      expiresAt: expect.any(Number) as number,
    });
    const output = { type: 'bash_code_execution_output', file_id: 'file_out' };
    const ran = [
      {
        type: 'server_tool_use',
        id: 'srvtoolu_2',
        name: 'bash_code_execution',
        input: { command: 'wc a.csv' },
      },
      {
        type: 'bash_code_execution_tool_result',
        tool_use_id: 'srvtoolu_2',
        content: {
          type: 'bash_code_execution_result',
          stdout: '1',
          stderr: '',
          return_code: 0,
          content: [output],
        },
      },
    ];
    const messages = [{ ...question, files }];
    const first = await test.ask(
      [{ items: ran, text: 'Counted.', toolCalls: [{ name: 'look' }], containerId: 'container_1' }],
      configuration as object,
      { messages, tools: [look] },
    );
    expect(first).toContainEqual({ type: 'output-file', file: { fileId: 'file_out' } });
    expect(test.asked.body.container).toEqual({
      skills: [
        { type: 'anthropic', skill_id: 'xlsx' },
        { type: 'custom', skill_id: 'skill_01', version: '3' },
      ],
    });
    expect(test.asked.body.messages[0]?.content).toEqual([
      { type: 'container_upload', file_id: uploaded.find((id) => id === files[0]?.fileId) },
      { type: 'image', source: { type: 'file', file_id: files[1]?.fileId } },
      { type: 'container_upload', file_id: files[1]?.fileId },
      { type: 'text', text: 'Where is it?' },
    ]);
    const { parts } = turnOf(first);
    await test.ask([{ text: 'Done' }], configuration as object, {
      messages: [...messages, ...withResults(parts).slice(1)],
      tools: [look],
    });
    expect(test.asked.body.container).toMatchObject({ id: 'container_1' });
    expect(test.asked.body.messages[1]?.content.slice(0, 2)).toEqual(ran);
  });

  it('lets the provider speak to MCP servers, and says which headers it will not send', async () => {
    const items = [
      { type: 'mcp_tool_use', id: 'mcptoolu_1', name: 'orders', server_name: 'shop', input: { id: '7' } },
      {
        type: 'mcp_tool_result',
        tool_use_id: 'mcptoolu_1',
        is_error: false,
        content: [{ type: 'text', text: 'shipped' }],
      },
    ];
    const mcpServers = [
      {
        label: 'shop',
        url: 'https://mcp.example.com',
        headers: { Authorization: 'Bearer t', 'X-Part-ID': 'acme' },
        enabledTools: ['orders'],
      },
    ];
    const events = await test.ask([{ items, text: 'Shipped.' }], {}, { mcpServers });
    expect(test.asked.body.mcp_servers).toEqual([
      {
        type: 'url',
        name: 'shop',
        url: 'https://mcp.example.com',
        authorization_token: 't',
        tool_configuration: { enabled: true, allowed_tools: ['orders'] },
      },
    ]);
    const warning = events.find((event) => event.type === 'warning');
    expect(warning).toEqual({ type: 'warning', message: expect.stringContaining('shop: X-Part-ID') });
    expect(JSON.stringify(warning)).not.toContain('acme');
    const { parts } = turnOf(events);
    await test.ask(
      [{ text: 'Yes.' }],
      {},
      {
        mcpServers,
        messages: [question, { role: 'assistant', parts }, { role: 'user', text: 'Sure?' }],
      },
    );
    expect(test.asked.body.messages[1]?.content).toMatchObject([
      ...items,
      { type: 'text', text: 'Shipped.' },
    ]);
    await test.ask([{ text: 'Yes.' }], {}, { mcpServers, toolChoice: 'none' });
    expect(test.asked.body.mcp_servers).toBeUndefined();
  });

  it('wants JSON of no schema in words', async () => {
    const events = await test.ask([{ text: '{"a":1}' }], { text: { format: { type: 'json_object' } } });
    expect(events).toContainEqual({ type: 'object', value: { a: 1 } });
    expect(JSON.stringify(test.asked.body.system)).toContain('JSON object');
  });

  it('moves what systems said to the front, and begins a history that starts with an answer', async () => {
    await test.ask(
      [{ text: 'ok' }],
      {},
      {
        instructions: 'Be brief.',
        messages: [
          { role: 'assistant', parts: [{ type: 'text', text: 'Welcome.' }] },
          { role: 'system', text: 'The shop is closed.' },
          question,
        ],
      },
    );
    expect(test.asked.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(test.asked.body.system).toEqual([{ type: 'text', text: 'Be brief.\n\nThe shop is closed.' }]);
  });

  it('reads text files, whatever their type, and refuses others without asking', async () => {
    const file = { filename: 'a.csv', mediaType: 'text/csv', content: Buffer.from('1,2').toString('base64') };
    await test.ask([{ text: 'ok' }], {}, { messages: [{ ...question, files: [file] }] });
    expect(test.asked.body.messages[0]?.content[0]).toMatchObject({
      type: 'document',
      source: { type: 'text', data: '1,2' },
      title: 'a.csv',
    });
    const zip = { ...file, filename: 'a.zip', mediaType: 'application/zip' };
    await expect(test.ask([], {}, { messages: [{ ...question, files: [zip] }] })).rejects.toMatchObject({
      code: 'provider.refused',
    });
    expect(test.asked).toBeUndefined();
  });

  it.each([
    ['overloaded_error', 'provider.unavailable', true],
    ['rate_limit_error', 'provider.rateLimited', true],
    ['invalid_request_error', 'provider.refused', false],
    ['authentication_error', 'provider.authentication', false],
  ])('an %s inside the stream is %s, retryable: %s', async (code, expected, retryable) => {
    const failing = test.ask([{ end: { error: { code, message: 'sk-secret' } } }]);
    await expect(failing).rejects.toMatchObject({ code: expected, retryable });
  });

  it('tells a conversation that is too long from other refusals', async () => {
    const message = 'prompt is too long: 210000 tokens > 200000 maximum';
    await expect(test.ask([{ httpError: { status: 400, message } }])).rejects.toMatchObject({
      code: 'provider.contextLength',
    });
  });

  it.each([
    [{ temperature: 1.5 }, 'temperature'],
    [{ max_tokens: 0 }, 'max_tokens'],
    [{ thinking: { type: 'enabled', budget_tokens: 10 } }, 'thinking.budget_tokens'],
    [{ thinking: { type: 'adaptive', budget_tokens: 2000 } }, 'thinking.budget_tokens'],
    [{ tools: [{ type: 'web_serch' }] }, 'tools.0.type'],
    [{ tools: [{ description: 'x' }] }, 'tools.0.name'],
    [
      { tools: [{ type: 'web_search', allowed_domains: ['a'], blocked_domains: ['b'] }] },
      'tools.0.blocked_domains',
    ],
    [{ text: { format: { type: 'json_schema' } } }, 'text.format.schema'],
    [{ skills: Array.from({ length: 9 }, () => ({ skill_id: 'x' })) }, 'skills'],
    [{ base_url: 'ftp://x' }, 'base_url'],
  ])('refuses %j', (given, path) => {
    expect(test.refused(given)).toEqual([path]);
  });

  it('takes tools as the older engine’s agents have them', () => {
    const tools = [
      { name: 'web_search' },
      { name: 'look', description: 'Looks', input_schema: { type: 'object' } },
    ];
    expect(test.handler.configuration.safeParse({ tools }).success).toBe(true);
  });
});

describe('Claude on Vertex AI', () => {
  const auth = { getAccessToken: () => Promise.resolve({ token: 'operators-token' }) };
  const vertex = { project: 'shop', location: 'europe-west1', auth: auth as never };
  const onVertex = () => test.with({ google: { baseUrl: `${test.server.endpoint}/v1beta1`, vertex } });
  const place = '/v1/projects/shop/locations/europe-west1/publishers/anthropic/models';

  it.each([true, false])(
    'is asked as the operator, thoughts and tools included (stream: %s)',
    async (stream) => {
      const by = await onVertex();
      const configuration = {
        stream,
        project_id: 'shop',
        thinking: { type: 'enabled', budget_tokens: 2048 },
        tools: [{ name: 'web_search' }],
      };
      const answer = { reasoning: 'Hm.', text: 'Let me see.', toolCalls: calls.slice(0, 2) };
      const first = await test.ask([answer], configuration, { tools: [look] }, by);
      expect(test.asked).toMatchObject({
        path: `${place}/claude-sonnet-4-5:${stream ? 'streamRawPredict' : 'rawPredict'}`,
        headers: { authorization: 'Bearer operators-token' },
      });
      expect(test.asked.body.tools).toMatchObject([{ name: 'look' }, { type: 'web_search_20250305' }]);
      const second = { tools: [look], messages: withResults(turnOf(first).parts) };
      const last = await test.ask([{ text: 'Done' }], configuration, second, by);
      expect(turnOf(last).reason).toBe('stop');
    },
  );

  it('is asked in the operator’s project, or at another place, when only the region is said', async () => {
    await test.ask([{ text: 'ok' }], { region: 'us-east5' }, {}, await onVertex());
    expect(test.asked.path).toContain('/projects/shop/locations/us-east5/');
  });

  it('lends the operator’s identity to no other project, no other server and nobody inside', async () => {
    const by = await onVertex();
    const own = test.server.endpoint;
    for (const given of [
      { project_id: 'another' },
      { project_id: 'shop', base_url: own },
      { region: 'eu', base_url: own },
    ]) {
      await expect(test.ask([], given, {}, by)).rejects.toMatchObject({ code: 'provider.authentication' });
    }
    await expect(test.ask([], { region: 'eu' })).rejects.toMatchObject({ code: 'provider.authentication' });
    const inside = {
      project_id: 'theirs',
      base_url: 'http://169.254.169.254/',
      service_account: { client_email: 'a', private_key: 'b' },
    };
    await expect(test.ask([], inside, {}, by)).rejects.toMatchObject({ code: 'egress.forbidden' });
    expect(test.requests).toEqual([]);
  });

  it('gives structured answers', async () => {
    const schema = { type: 'object', properties: { a: { type: 'integer' } }, additionalProperties: false };
    const configuration = { project_id: 'shop', text: { format: { type: 'json_schema', schema } } };
    const events = await test.ask(
      (request) => {
        const [tool] = (request.body as MessagesBody).tools ?? [];
        return tool ? { toolCalls: [{ name: tool.name, arguments: { a: 1 } }] } : { text: '{"a":1}' };
      },
      configuration,
      {},
      await onVertex(),
    );
    expect(events).toContainEqual({ type: 'object', value: { a: 1 } });
    expect(turnOf(events).reason).toBe('stop');
  });

  it('keeps no files and no skills', async () => {
    const by = await onVertex();
    const configuration = test.configured({ project_id: 'shop' }, by);
    const file = { id: 'file_1', withContent: false };
    await expect(by.files!.get(configuration, file)).rejects.toMatchObject({ code: 'handler.unsupported' });
    await expect(by.skills!.get(configuration, 's')).rejects.toMatchObject({ code: 'handler.unsupported' });
  });

  it.each([
    [{ project_id: '../x' }, 'project_id'],
    [{ region: 'evil.example/' }, 'region'],
    [{ service_account: { client_email: 'a', private_key: 'b' } }, 'project_id'],
    [{ region: 'eu', skills: [{ skill_id: 'xlsx' }] }, 'skills'],
    [{ region: 'eu', mcp_llm_native: true }, 'mcp_llm_native'],
    [{ region: 'eu', api_key: 'k' }, 'api_key'],
    [{ region: 'eu', tools: [{ name: 'web_search' }, { name: 'code_execution' }] }, 'tools.1.type'],
  ])('refuses %j', (given, path) => {
    expect(test.refused(given)).toEqual([path]);
  });
});
