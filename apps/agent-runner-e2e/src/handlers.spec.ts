import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { everyone } from '@agent-engine/models';
import {
  type AnswerStep,
  type AnthropicStandIn,
  type GeminiStandIn,
  type OpenAiStandIn,
  startAnthropicStandIn,
  startBedrockStandIn,
  startCompletionsStandIn,
  startGeminiStandIn,
  startMcpStandIn,
  startOllamaStandIn,
  startOpenAiStandIn,
} from '@agent-engine/testing';
import { expectOneAnswer, textOf } from './harness/frames.ts';
import { acme, globex, until, World } from './harness/world.ts';

const OLLAMA = ['ollama_agent_handler', 'OllamaEventHandler'] as const;

const USAGE = { inputTokens: 30, outputTokens: 12, cachedTokens: 8 };

/** What code at Anthropic has written into the file with this id. */
const drawn = (file_id: string): AnswerStep => ({
  items: [
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'bash_code_execution', input: { command: 'plot' } },
    {
      type: 'bash_code_execution_tool_result',
      tool_use_id: 'srvtoolu_1',
      content: {
        type: 'bash_code_execution_result',
        stdout: '',
        stderr: '',
        return_code: 0,
        content: [{ type: 'bash_code_execution_output', file_id }],
      },
    },
  ],
  text: 'Drawn.',
  containerId: 'container_1',
});

/** Handlers other than the one all other specs use, in a runner as it is deployed. */
describe('an agent on another llm', () => {
  let world: World;
  let responses: OpenAiStandIn;
  /** Files in all its accounts when it was last asked. */
  let placed: OpenAiStandIn['files'] = [];
  let anthropic: AnthropicStandIn;
  let gemini: GeminiStandIn;
  let ordersUuid: string;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const completions = await startCompletionsStandIn({
      script: ({ headers }) => ({ text: `completions for ${headers.authorization}` }),
    });
    const ollama = await startOllamaStandIn({
      script: ({ body }) => {
        if (!body.tools) return { text: `${body.model} of Ollama` };
        return body.messages.some(({ role }) => role === 'tool')
          ? { text: 'found rocket skates' }
          : { toolCalls: [{ name: 'web_search', arguments: { query: 'skates' } }] };
      },
      web: () => ({ results: [{ title: 'rocket skates' }] }),
    });
    responses = await startOpenAiStandIn({
      script: () => {
        placed = [...responses.files];
        return { text: 'three' };
      },
    });
    anthropic = await startAnthropicStandIn({
      script: ({ body }) => (body.model === 'claude-draws' ? drawn(plot.id) : script(body)),
    });
    const plot = anthropic.addOutputFile({
      apiKey: 'operator-key',
      filename: 'plot.png',
      mediaType: 'image/png',
      content: Buffer.from('picture'),
    });
    gemini = await startGeminiStandIn({ script: ({ body }) => script(body) });
    const bedrock = await startBedrockStandIn({ script: ({ body }) => script(body) });
    const orders = await startMcpStandIn({
      tools: [
        {
          name: 'getOrderStatus',
          inputSchema: { type: 'object', properties: { orderId: { type: 'string' } }, required: ['orderId'] },
          run: ({ orderId }) => `${String(orderId)} is on its way`,
        },
      ],
    });
    const lines = createServer((request, response) => {
      response.write(`${JSON.stringify({ text: `lines for ${request.headers.authorization}` })}\n`);
      response.end(`${JSON.stringify({ end: 'done', tokens: { in: 3, out: 4 } })}\n`);
    }).listen(0, '127.0.0.1');
    await once(lines, 'listening');
    closing.push(
      () => completions.stop(),
      () => ollama.stop(),
      () => responses.stop(),
      () => anthropic.stop(),
      () => gemini.stop(),
      () => bedrock.stop(),
      () => orders.stop(),
      () => Promise.resolve(lines.close()),
    );
    world = await World.create();
    await world.startRunner({
      OPENAI_BASE_URL: completions.endpoint,
      OPENAI_API_KEY: 'operator-key',
      OLLAMA_BASE_URL: ollama.endpoint,
      OLLAMA_API_KEY: 'operator-key',
      OLLAMA_WEB_URL: ollama.endpoint,
      ANTHROPIC_BASE_URL: anthropic.endpoint,
      ANTHROPIC_API_KEY: 'operator-key',
      BEDROCK_BASE_URL: bedrock.endpoint,
      GOOGLE_BASE_URL: gemini.endpoint,
      GOOGLE_API_KEY: 'operator-key',
      AGENT_HANDLERS: '@agent-engine/example-line-handler',
      EGRESS_ALLOW: '127.0.0.1',
    });
    const server = { mcpLabel: 'orders', mcpServerUrl: `${orders.endpoint}/mcp`, updatedBy: 'test' };
    ordersUuid = (await world.models.mcpServer.create(acme, server)).mcpServerUuid;
    const base_url = `http://127.0.0.1:${(lines.address() as AddressInfo).port}`;
    configurations.lines = { base_url, api_key: 'own-key' };
  });
  afterAll(async () => {
    await world.stop();
    await Promise.all(closing.map((close) => close()));
  });

  const configurations: Record<string, object> = {};

  /** Thinks, calls a tool twice at once, and tells what it said; whichever provider's request it is. */
  function script(body: unknown): AnswerStep {
    const results = [...JSON.stringify(body).matchAll(/(\w-\d) is on its way/g)].map(([, id]) => id);
    if (results.length > 0) return { text: ['Known: ', results.join(' and ')], usage: USAGE };
    const toolCalls = ['A-1', 'B-2'].map((orderId) => ({ name: 'getOrderStatus', arguments: { orderId } }));
    return { reasoning: 'I look it up.', toolCalls, usage: USAGE };
  }

  async function agentOn(
    llmName: string,
    moduleName: string,
    className: string,
    mcpServerUuids: string[] = [],
  ): Promise<string> {
    const llm = { llmProvider: 'other', llmName, moduleName, className, updatedBy: 'test' };
    await world.models.llm.create(everyone, llm);
    const agent = await world.models.agent.save(acme, {
      agentName: llmName,
      llmProvider: 'other',
      llmName,
      configuration: configurations[llmName] ?? {},
      mcpServerUuids,
      updatedBy: 'test',
    });
    return agent.agentUuid;
  }

  it.each([
    [
      'completions',
      'openai_completions_agent_handler',
      'OpenAICompletionsEventHandler',
      'completions for Bearer operator-key',
    ],
    ['qwen3', ...OLLAMA, 'qwen3 of Ollama'],
    ['lines', 'line_agent_handler', 'LineHandler', 'lines for Bearer own-key'],
  ])('%s is answered by %s', async (llmName, moduleName, className, answer) => {
    const asked = await world.ask(acme, await agentOn(llmName, moduleName, className), 'Who are you?');
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: answer });
  });

  it.each([
    ['claude-sonnet-4-5', 'anthropic_agent_handler', 'AnthropicEventHandler'],
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude_agent_handler', 'ClaudeEventHandler'],
    ['gemini-3-pro-preview', 'gemini_agent_handler', 'GeminiEventHandler'],
  ])(
    '%s thinks, uses tools and answers through %s, and all of it is recorded',
    async (llmName, moduleName, className) => {
      const agentUuid = await agentOn(llmName, moduleName, className, [ordersUuid]);
      const asked = await world.ask(acme, agentUuid, 'Where are my orders?');
      expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: 'Known: A-1 and B-2' });
      const { toolCalls, run } = await world.records(asked);
      expect(
        toolCalls.map(({ name, arguments: given, content, status }) => [name, given, content, status]),
      ).toEqual(
        ['A-1', 'B-2'].map((orderId) => [
          'getOrderStatus',
          JSON.stringify({ orderId }),
          `${orderId} is on its way`,
          'completed',
        ]),
      );
      expect(run).toMatchObject({ status: 'completed', promptTokens: 60, completionTokens: 24 });
      const frames = () => world.push.frames(asked.connectionId);
      await until(() => frames().some(({ is_message_end: isEnd }) => isEnd === true));
      const group = `${asked.connectionId}-${asked.runUuid}`;
      expectOneAnswer(frames(), group);
      expect(textOf(frames())).toBe('Known: A-1 and B-2');
      const thoughts = frames().filter(({ message_group_id: id }) => id?.startsWith(`${group}-rs#`));
      expect(thoughts.map(({ chunk_delta: text }) => text).join('')).toBe('I look it up.');
      // What was said goes into the next question, and the provider takes it.
      const next = await world.ask(acme, agentUuid, 'And now?', { threadUuid: asked.threadUuid });
      expect(await world.outcome(next)).toMatchObject({ status: 'completed', result: 'Known: A-1 and B-2' });
    },
  );

  it('makes files in the operator’s account the partition’s own', async () => {
    configurations['claude-draws'] = { tools: [{ type: 'code_execution' }] };
    const agentUuid = await agentOn('claude-draws', 'anthropic_agent_handler', 'AnthropicEventHandler');
    const asked = await world.ask(acme, agentUuid, 'Draw');
    const [{ id } = { id: '' }] = anthropic.files;
    const task = await world.outcome(asked);
    expect(task).toMatchObject({ status: 'completed', outputFiles: [{ file_id: id }] });
    const claim = { functionName: 'upload_file', asyncTaskUuid: id };
    expect(await world.models.asyncTask.get(acme, claim)).toBeDefined();
    expect(await world.models.asyncTask.get(globex, claim)).toBeUndefined();
  });

  it('has its provider speak to its MCP servers, and its files where the provider runs code', async () => {
    const agentUuid = await world.createAgent(acme, {
      mcpServers: [{ label: 'orders', url: 'https://mcp.example/x', headers: { 'x-api-Key': 'k' } }],
      configuration: {
        base_url: responses.baseUrl,
        openai_api_key: 'own-key',
        mcp_llm_native: true,
        enabled_tools: ['find'],
        tools: [{ type: 'code_interpreter' }],
      },
    });
    const asked = await world.ask(acme, agentUuid, 'Sum this', {
      inputFiles: [{ filename: 'a.csv', encoded_content: Buffer.from('1,2').toString('base64') }],
    });
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: 'three' });
    const [file] = placed;
    expect(file).toMatchObject({ apiKey: 'own-key', filename: 'a.csv', content: Buffer.from('1,2') });
    expect(responses.requests[0]?.body.tools).toMatchObject([
      { type: 'code_interpreter', container: { file_ids: [file?.id] } },
      {
        type: 'mcp',
        server_label: 'orders',
        server_url: 'https://mcp.example/x',
        headers: { 'x-api-Key': 'k', 'X-Part-ID': 'acme' },
        allowed_tools: ['find'],
      },
    ]);
  });

  it('uses the tools its provider has beside its models, and records them as any other', async () => {
    configurations['qwen-web'] = { web_tools_enabled: { web_search: true } };
    const agentUuid = await agentOn('qwen-web', ...OLLAMA);
    const asked = await world.ask(acme, agentUuid, 'Find skates');
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: 'found rocket skates' });
    const { toolCalls } = await world.records(asked);
    expect(toolCalls).toMatchObject([
      {
        name: 'web_search',
        status: 'completed',
        content: expect.stringContaining('rocket skates') as string,
      },
    ]);
  });
});
