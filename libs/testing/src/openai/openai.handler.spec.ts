import {
  createEgressGuard,
  createHandlerRegistry,
  HANDLER_IDS,
  type AgentHandler,
  type StepEvent,
  type StepRequest,
} from '@agent-engine/agent-handlers';
import type { AnswerStep } from '../provider/script.ts';
import { type OpenAiStandIn, startOpenAiStandIn } from './openai-stand-in.ts';

describe('OpenAI’s own tools', () => {
  let provider: OpenAiStandIn;
  let handler: AgentHandler;
  let answers: AnswerStep[] = [];
  beforeAll(async () => {
    provider = await startOpenAiStandIn({ script: () => answers.shift() ?? { text: 'ok' } });
    const options = {
      openai: { baseUrl: provider.baseUrl, apiKey: 'operator-key' },
      egress: createEgressGuard([]),
    };
    handler = await createHandlerRegistry(options).resolve(HANDLER_IDS.openai);
  });
  afterAll(() => provider.stop());

  async function step(
    configuration: object,
    { answer, ...request }: Partial<StepRequest> & { answer?: AnswerStep } = {},
  ) {
    answers = answer ? [answer] : [];
    const events: StepEvent[] = [];
    const asked = handler.step({
      defaultModel: 'gpt-5',
      messages: [{ role: 'user', text: 'Draw what you find.' }],
      tools: [],
      signal: AbortSignal.timeout(60_000),
      ...request,
      configuration: handler.configuration.parse(configuration),
    });
    for await (const event of asked) events.push(event);
    return { events, body: provider.requests.at(-1)!.body };
  }

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
    const finish = events.at(-1);
    expect(finish).toMatchObject({ type: 'finish', reason: 'stop' });
    if (finish?.type !== 'finish') throw new Error('no finish');
    // Kept in a journal, it is said again in the next step.
    const parts = JSON.parse(JSON.stringify(finish.parts)) as typeof finish.parts;
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
    const parsed = handler.configuration.parse(configuration);
    const files = await handler.placeFiles!(parsed, given, AbortSignal.timeout(60_000));
    expect(provider.files.map(({ filename, content }) => [filename, content.toString()])).toEqual([
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
    expect(await handler.placeFiles!(handler.configuration.parse({}), given, AbortSignal.timeout(1))).toBe(
      given,
    );
  });

  it('force a tool on the first step only: later ones would never end', async () => {
    const configuration = { tool_choice: 'required' };
    const tools = [{ name: 'look', inputSchema: { type: 'object' } }];
    const answer = { toolCalls: [{ name: 'look' }] };
    expect((await step(configuration, { tools, answer })).body.tool_choice).toBe('required');
    const call = { id: 'c1', name: 'look', arguments: '{}' };
    const { body } = await step(configuration, {
      tools,
      messages: [
        { role: 'user', text: 'Look' },
        { role: 'assistant', parts: [{ type: 'tool-call', call }] },
        { role: 'tool', results: [{ call, text: 'seen', failed: false }] },
      ],
    });
    expect(body.tool_choice).toBe('auto');
  });
});
