import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { everyone } from '@agent-engine/models';
import {
  type OpenAiStandIn,
  startCompletionsStandIn,
  startOllamaStandIn,
  startOpenAiStandIn,
} from '@agent-engine/testing';
import { acme, World } from './harness/world.ts';

const OLLAMA = ['ollama_agent_handler', 'OllamaEventHandler'] as const;

/** Handlers other than the one all other specs use, in a runner as it is deployed. */
describe('an agent on another llm', () => {
  let world: World;
  let responses: OpenAiStandIn;
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
    responses = await startOpenAiStandIn({ script: () => ({ text: 'three' }) });
    const lines = createServer((request, response) => {
      response.write(`${JSON.stringify({ text: `lines for ${request.headers.authorization}` })}\n`);
      response.end(`${JSON.stringify({ end: 'done', tokens: { in: 3, out: 4 } })}\n`);
    }).listen(0, '127.0.0.1');
    await once(lines, 'listening');
    closing.push(
      () => completions.stop(),
      () => ollama.stop(),
      () => responses.stop(),
      () => Promise.resolve(lines.close()),
    );
    world = await World.create();
    await world.startRunner({
      OPENAI_BASE_URL: completions.endpoint,
      OPENAI_API_KEY: 'operator-key',
      OLLAMA_BASE_URL: ollama.endpoint,
      OLLAMA_API_KEY: 'operator-key',
      OLLAMA_WEB_URL: ollama.endpoint,
      AGENT_HANDLERS: '@agent-engine/example-line-handler',
      EGRESS_ALLOW: '127.0.0.1',
    });
    const base_url = `http://127.0.0.1:${(lines.address() as AddressInfo).port}`;
    configurations.lines = { base_url, api_key: 'own-key' };
  });
  afterAll(async () => {
    await world.stop();
    await Promise.all(closing.map((close) => close()));
  });

  const configurations: Record<string, object> = {};

  async function agentOn(llmName: string, moduleName: string, className: string): Promise<string> {
    const llm = { llmProvider: 'other', llmName, moduleName, className, updatedBy: 'test' };
    await world.models.llm.create(everyone, llm);
    const agent = await world.models.agent.save(acme, {
      agentName: llmName,
      llmProvider: 'other',
      llmName,
      configuration: configurations[llmName] ?? {},
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
    const [file] = responses.files;
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
