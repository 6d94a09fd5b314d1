import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { everyone } from '@agent-engine/models';
import { startCompletionsStandIn, startOllamaStandIn } from '@agent-engine/testing';
import { acme, World } from './harness/world.ts';

/** Handlers other than the one all other specs use, in a runner as it is deployed. */
describe('an agent on another llm', () => {
  let world: World;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const completions = await startCompletionsStandIn({
      script: ({ headers }) => ({ text: `completions for ${headers.authorization}` }),
    });
    const ollama = await startOllamaStandIn({ script: ({ body }) => ({ text: `${body.model} of Ollama` }) });
    const lines = createServer((request, response) => {
      response.write(`${JSON.stringify({ text: `lines for ${request.headers.authorization}` })}\n`);
      response.end(`${JSON.stringify({ end: 'done', tokens: { in: 3, out: 4 } })}\n`);
    }).listen(0, '127.0.0.1');
    await once(lines, 'listening');
    closing.push(
      () => completions.stop(),
      () => ollama.stop(),
      () => Promise.resolve(lines.close()),
    );
    world = await World.create();
    await world.startRunner({
      OPENAI_BASE_URL: completions.endpoint,
      OPENAI_API_KEY: 'operator-key',
      OLLAMA_BASE_URL: ollama.endpoint,
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
    ['qwen3', 'ollama_agent_handler', 'OllamaEventHandler', 'qwen3 of Ollama'],
    ['lines', 'line_agent_handler', 'LineHandler', 'lines for Bearer own-key'],
  ])('%s is answered by %s', async (llmName, moduleName, className, answer) => {
    const asked = await world.ask(acme, await agentOn(llmName, moduleName, className), 'Who are you?');
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: answer });
  });
});
