import { HANDLER_IDS } from '@agent-engine/agent-handlers';
import { HandlerUnderTest, look, turnOf, withResults } from '../conformance/handler-under-test.ts';
import type { AnswerStep } from '../provider/script.ts';
import { type OpenAiStandIn, startOpenAiStandIn } from './openai-stand-in.ts';

let test: HandlerUnderTest<OpenAiStandIn>;
beforeAll(async () => {
  test = await HandlerUnderTest.start({
    id: HANDLER_IDS.openai,
    start: (script) => startOpenAiStandIn({ script }),
    account: (baseUrl) => ({ openai: { baseUrl, apiKey: 'operator-key' } }),
    defaultModel: 'gpt-5',
  });
});
afterAll(() => test.stop());

async function step(
  configuration: object,
  { answer = { text: 'ok' }, ...request }: Parameters<typeof test.step>[1] & { answer?: AnswerStep } = {},
) {
  const events = await test.ask([answer], configuration, request);
  return { events, body: test.asked.body };
}

describe('OpenAI', () => {
  it('tells ids, usage and the turn', async () => {
    const usage = { inputTokens: 11, cachedTokens: 4, outputTokens: 7, reasoningTokens: 2 };
    const { events } = await step({ model: 'gpt-x' }, { answer: { text: ['Hel', 'lo <b'], usage } });
    const id = (prefix: string) => expect.stringMatching(`^${prefix}_`) as string;
    expect(events).toEqual([
      { type: 'text-delta', text: 'Hel' },
      { type: 'text-delta', text: 'lo <b' },
      {
        type: 'usage',
        usage: {
          promptTokens: 11,
          completionTokens: 7,
          totalTokens: 18,
          cachedTokens: 4,
          reasoningTokens: 2,
        },
      },
      {
        type: 'finish',
        reason: 'stop',
        model: 'gpt-x',
        responseId: id('resp'),
        messageId: id('msg'),
        parts: [{ type: 'text', text: 'Hello <b', providerData: { openai: { itemId: id('msg') } } }],
      },
    ]);
  });

  it('takes settings in either spelling, and tools with their schema unchanged', async () => {
    const tool = { ...look, inputSchema: { type: 'object', properties: { orderId: {} } } };
    const { body } = await step(
      {
        maxOutputTokens: 50,
        reasoning: { effort: 'low', summary: 'auto' },
        base_url: `${test.server.endpoint}/v1/`,
        unknown_key: true,
      },
      { instructions: 'Be brief.', tools: [tool] },
    );
    expect(body).toMatchObject({
      model: 'gpt-5',
      max_output_tokens: 50,
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      store: false,
      tools: [{ type: 'function', name: 'look', parameters: tool.inputSchema, strict: false }],
    });
    expect(JSON.stringify(body)).toContain('Be brief.');
    expect(JSON.stringify(body)).not.toContain('unknown_key');
  });

  it('gets its sealed thoughts back with the calls they led to, and their results', async () => {
    const configuration = { reasoning: { effort: 'low', summary: 'auto' } };
    const calls = [
      { name: 'look', arguments: { orderId: '7' }, callId: 'call_1' },
      { name: 'unheard_of', arguments: '{broken', callId: 'call_2' },
    ];
    const { events } = await step(configuration, {
      tools: [look],
      answer: { reasoning: ['Hm.'], toolCalls: calls },
    });
    const { body } = await step(configuration, {
      tools: [look],
      messages: withResults(turnOf(events).parts),
    });
    expect(body.input).toMatchObject([
      { role: 'user' },
      {
        type: 'reasoning',
        encrypted_content: expect.stringMatching('^gAAAA') as string,
        summary: [{ text: 'Hm.' }],
      },
      { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"orderId":"7"}' },
      { type: 'function_call', call_id: 'call_2', name: 'unheard_of' },
      { type: 'function_call_output', call_id: 'call_1', output: 'result 0' },
      { type: 'function_call_output', call_id: 'call_2', output: '{"error":"result 1"}' },
    ]);
  });
});

describe('OpenAI’s own tools', () => {
  it('go out as the API knows them', async () => {
    const { body } = await step({
      tools: [
        {
          type: 'web_search',
          search_context_size: 'low',
          user_location: { city: 'Delft' },
          filters: { allowed_domains: ['a.example'] },
        },
        { type: 'code_interpreter', container: { file_ids: ['file-1'], memory_limit: '4g' } },
        { type: 'file_search', vector_store_ids: ['vs_1'], max_num_results: 3 },
        { type: 'image_generation', quality: 'low' },
        {
          type: 'mcp',
          server_label: 'my docs!',
          server_url: 'https://m.example',
          headers: { 'X-Team-Name': 'a' },
        },
      ],
      skills: [{ skill_id: 'skill_1', version: 2 }],
    });
    expect(body.tools).toMatchObject([
      {
        type: 'web_search',
        search_context_size: 'low',
        user_location: { type: 'approximate', city: 'Delft' },
        filters: { allowed_domains: ['a.example'] },
      },
      { type: 'code_interpreter', container: { type: 'auto', file_ids: ['file-1'], memory_limit: '4g' } },
      { type: 'file_search', vector_store_ids: ['vs_1'], max_num_results: 3 },
      { type: 'image_generation', quality: 'low' },
      {
        type: 'mcp',
        server_label: 'my_docs_',
        server_url: 'https://m.example',
        headers: { 'X-Team-Name': 'a' },
        require_approval: 'never',
      },
      {
        type: 'shell',
        environment: {
          type: 'container_auto',
          skills: [{ type: 'skill_reference', skill_id: 'skill_1', version: '2' }],
        },
      },
    ]);
    expect(body.store).toBe(true);
  });

  it('leave answers unstored where their results come with the answer', async () => {
    expect((await step({ tools: [{ type: 'web_search' }] })).body.store).toBe(false);
    expect(
      (await step({ tools: [{ type: 'file_search', vector_store_ids: ['v'] }], store: false })).body.store,
    ).toBe(false);
  });

  it('are not offered where the model has to answer, nor are those of MCP servers', async () => {
    const tools = [{ name: 'web_search', inputSchema: { type: 'object' } }];
    const { body } = await step({ tools: [{ type: 'web_search' }] }, { tools, toolChoice: 'none' });
    expect(body.tools).toMatchObject([{ type: 'function', name: 'web_search' }, { type: 'web_search' }]);
    expect(body.tool_choice).toBe('none');
  });

  it('reach MCP servers of the agent with their headers as written', async () => {
    const mcpServers = [
      {
        label: 'orders',
        url: 'https://mcp.example/x',
        headers: { 'x-api-Key': 'k' },
        enabledTools: ['find'],
      },
    ];
    const { body } = await step({}, { mcpServers });
    expect(body.tools).toMatchObject([
      {
        type: 'mcp',
        server_label: 'orders',
        server_url: 'https://mcp.example/x',
        headers: { 'x-api-Key': 'k' },
        allowed_tools: ['find'],
      },
    ]);
  });

  it('are told of while they work, and what they found is referred to', async () => {
    const search = { type: 'web_search_call', id: 'ws_1', action: { type: 'search', query: 'skates' } };
    const { events } = await step(
      { tools: [{ type: 'web_search' }] },
      {
        answer: {
          items: [search],
          text: 'See there.',
          annotations: [
            { type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 3 },
          ],
        },
      },
    );
    expect(events.filter(({ type }) => type === 'native-tool')).toMatchObject([
      { activity: { id: 'ws_1', name: 'web_search', state: 'started' } },
      { activity: { id: 'ws_1', name: 'web_search', state: 'completed' } },
    ]);
    expect(events).toContainEqual({ type: 'source', source: { url: 'https://a.example', title: 'A' } });
    const { parts, reason } = turnOf(events);
    expect(reason).toBe('stop');
    // Kept in a journal, it is said again in the next step.
    const { body } = await step(
      { tools: [{ type: 'web_search' }] },
      {
        messages: [
          { role: 'user', text: 'Look' },
          { role: 'assistant', parts },
          { role: 'user', text: 'And?' },
        ],
      },
    );
    expect(body.input).toContainEqual(expect.objectContaining({ type: 'web_search_call', id: 'ws_1' }));
  });

  it('give files: those that code wrote by name, pictures as they are and not into the next request', async () => {
    const { events } = await step(
      { tools: [{ type: 'code_interpreter' }, { type: 'image_generation' }] },
      {
        answer: {
          items: [
            { type: 'image_generation_call', id: 'ig_1', result: 'cGljdHVyZQ==' },
            {
              type: 'code_interpreter_call',
              id: 'ci_1',
              code: 'plot()',
              container_id: 'cntr_1',
              outputs: [],
            },
          ],
          text: 'Here is plot.png.',
          annotations: [
            {
              type: 'container_file_citation',
              container_id: 'cntr_1',
              file_id: 'cfile_1',
              filename: 'plot.png',
              start_index: 0,
              end_index: 4,
            },
          ],
        },
      },
    );
    expect(events.flatMap((event) => (event.type === 'output-file' ? [event.file] : []))).toEqual([
      { mediaType: 'image/png', content: 'cGljdHVyZQ==' },
      { filename: 'plot.png', fileId: 'cfile_1', containerId: 'cntr_1' },
    ]);
    expect(JSON.stringify(events.at(-1))).not.toContain('cGljdHVyZQ==');
  });

  it('find the files of a question in their container', async () => {
    const configuration = { tools: [{ type: 'code_interpreter' }] };
    const given = [
      { filename: 'a.csv', mediaType: 'text/csv', content: Buffer.from('1,2').toString('base64') },
      { filename: 'b.png', mediaType: 'image/png', content: Buffer.from('png').toString('base64') },
    ];
    const parsed = test.configured(configuration);
    const files = await test.handler.placeFiles!(parsed, given, AbortSignal.timeout(60_000));
    expect(test.server.files.map(({ filename, content }) => [filename, content.toString()])).toEqual([
      ['a.csv', '1,2'],
      ['b.png', 'png'],
    ]);
    const { body } = await step(configuration, { messages: [{ role: 'user', text: 'Sum', files }] });
    const [csv, png] = files.map(({ fileId }) => fileId);
    expect(body.tools).toMatchObject([{ container: { file_ids: [csv, png] } }]);
    expect(body.input).toMatchObject([
      {
        content: [
          { type: 'input_image', file_id: png },
          { type: 'input_text', text: expect.stringContaining('a.csv') as string },
        ],
      },
    ]);
    expect(await test.handler.placeFiles!(test.configured(), given, AbortSignal.timeout(1))).toBe(given);
  });

  it('find no file of a question in their container where one cannot be placed', async () => {
    const parsed = test.configured({ tools: [{ type: 'code_interpreter' }] });
    const before = test.server.files.length;
    const given = ['AAAA', 'A'.repeat(4)].map((content, i) => ({
      filename: i === 0 ? 'a.csv' : '',
      mediaType: 'text/csv',
      content,
    }));
    await expect(test.handler.placeFiles!(parsed, given, AbortSignal.timeout(60_000))).rejects.toMatchObject({
      code: 'provider.refused',
    });
    for (let i = 0; i < 100 && test.server.files.length > before; i++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(test.server.files).toHaveLength(before);
  });

  it('force a tool on the first step only: later ones would never end', async () => {
    const configuration = { tool_choice: 'required' };
    const tools = [look];
    const { events, body: first } = await step(configuration, {
      tools,
      answer: { toolCalls: [{ name: 'look' }] },
    });
    expect(first.tool_choice).toBe('required');
    const { body } = await step(configuration, { tools, messages: withResults(turnOf(events).parts) });
    expect(body.tool_choice).toBe('auto');
  });
});
