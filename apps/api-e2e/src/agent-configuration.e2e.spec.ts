import { ApiFixture, type Client } from './api.fixture.ts';

let api: ApiFixture;
let acme: Client;

const HANDLERS = {
  openai: ['openai_agent_handler', 'OpenAIEventHandler'],
  completions: ['openai_completions_agent_handler', 'OpenAICompletionsEventHandler'],
  ollama: ['ollama_agent_handler', 'OllamaEventHandler'],
  unknown: ['no_such_handler', 'X'],
};

beforeAll(async () => {
  api = await ApiFixture.start();
  acme = api.withKey('acme');
  for (const [llmName, [moduleName, className]] of Object.entries(HANDLERS)) {
    const { errors } = await acme(
      'mutation M($llmName: String!, $moduleName: String!, $className: String!) { insertUpdateLlm(llmProvider: "p", llmName: $llmName, moduleName: $moduleName, className: $className, updatedBy: "x") { llm { llmName } } }',
      { llmName, moduleName, className },
    );
    expect(errors).toBeUndefined();
  }
});
afterAll(() => api.stop());

const save = (values: { configuration?: object; llmName?: string; version?: string; uuid?: string }) =>
  acme(
    'mutation M($version: String, $uuid: String, $llmName: String, $configuration: JSONCamelCase) { insertUpdateAgent(agentVersionUuid: $version, agentUuid: $uuid, agentName: "A", llmProvider: "p", llmName: $llmName, configuration: $configuration, updatedBy: "x") { agent { agentUuid agentVersionUuid configuration } } }',
    values,
  );

const formOf = async (llmName: string) => {
  const { data } = await acme(`{ llm(llmProvider: "p", llmName: "${llmName}") { configurationSchema } }`);
  return data.llm.configurationSchema as { type?: string; properties?: Record<string, object> };
};

describe('the form of an llm', () => {
  it.each(['openai', 'completions', 'ollama'])(
    'is that of its handler (%s), in words the console knows',
    async (llm) => {
      const form = await formOf(llm);
      expect(form).toMatchObject({
        type: 'object',
        properties: {
          model: { type: 'string' },
          baseUrl: { type: 'string' },
          temperature: { type: 'number', minimum: 0, maximum: 2 },
          enabledTools: { type: 'array', items: { type: 'string' } },
        },
      });
      const words = JSON.stringify(form);
      expect(words).not.toMatch(/"(anyOf|oneOf|allOf|not|\$schema|propertyNames|additionalProperties)"/);
      expect(words).not.toContain(String(Number.MAX_SAFE_INTEGER));
    },
  );

  it('has bounds where the older engine’s were wrong', async () => {
    expect((await formOf('ollama')).properties).toMatchObject({ topK: { type: 'integer', minimum: 1 } });
    expect((await formOf('openai')).properties).toMatchObject({
      tools: { items: { properties: { name: { type: 'string' }, container: { type: 'object' } } } },
    });
  });

  it('is the row’s own where it has one, and nothing for a handler nobody knows', async () => {
    expect(await formOf('unknown')).toEqual({});
    await acme(
      'mutation { insertUpdateLlm(llmProvider: "p", llmName: "mine", moduleName: "ollama_agent_handler", className: "OllamaEventHandler", configurationSchema: {type: "object", properties: {model: {type: "string"}}}, updatedBy: "x") { llm { llmName } } }',
    );
    expect(await formOf('mine')).toEqual({ type: 'object', properties: { model: { type: 'string' } } });
  });
});

describe('saving an agent', () => {
  it.each([
    ['openai', { temperature: 3 }, 'configuration.temperature'],
    ['openai', { reasoning: { effort: 'enormous' } }, 'configuration.reasoning.effort'],
    ['openai', { text: { format: { type: 'json_schema' } } }, 'configuration.text.format.schema'],
    ['openai', { tools: [{ type: 'file_search' }] }, 'configuration.tools.0.vector_store_ids'],
    ['openai', { tools: [{ type: 'rm_rf' }] }, 'configuration.tools.0.type'],
    ['completions', { baseUrl: 'file:///etc/passwd' }, 'configuration.base_url'],
    ['completions', { toolHistoryCompatibility: 'maybe' }, 'configuration.tool_history_compatibility'],
    ['ollama', { topK: 0.5 }, 'configuration.top_k'],
    ['ollama', { maxToolRounds: 1_000 }, 'configuration.max_tool_rounds'],
  ])('for %s with %j is refused, naming %s', async (llmName, configuration, argument) => {
    const { errors } = await save({ llmName, configuration: { ...configuration, apiKey: 'sk-secret' } });
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining(`${argument}: `),
        extensions: { code: 'argument.invalid', details: { argument } },
      },
    ]);
    expect(JSON.stringify(errors)).not.toContain('sk-secret');
  });

  it('is refused as well when a version, or only its llm, changes; the agent stays as it was', async () => {
    const { data } = await save({ llmName: 'openai', configuration: { temperature: 1.5, topK: 0 } });
    const { agentUuid: uuid, agentVersionUuid: version } = data.insertUpdateAgent.agent;
    for (const change of [
      { version, configuration: { temperature: 'hot' } },
      { uuid, configuration: { temperature: 'hot' } },
      { uuid, llmName: 'ollama' },
      { version, llmName: 'ollama' },
    ]) {
      expect((await save(change)).errors).toMatchObject([{ extensions: { code: 'argument.invalid' } }]);
    }
    const read = await acme(`{ agent(agentUuid: "${uuid}") { agentVersionUuid llmName configuration } }`);
    expect(read.data.agent).toEqual({
      agentVersionUuid: version,
      llmName: 'openai',
      configuration: { temperature: 1.5, topK: 0 },
    });
  });

  it('takes what the older engine took: nulls, empty texts, keys of others, lists for free objects', async () => {
    const configuration = {
      temperature: 0.8,
      topP: null,
      baseUrl: '',
      somethingElse: { a: 1 },
      tools: [{ type: 'web_search', userLocation: { type: 'approximate', city: 'Delft' } }],
      text: { format: { type: 'text' } },
      extraHeaders: [{ name: 'X-Team', value: 'a' }],
    };
    expect((await save({ llmName: 'openai', configuration })).errors).toBeUndefined();
    expect((await save({ llmName: 'unknown', configuration: { temperature: 99 } })).errors).toBeUndefined();
  });

  it('keeps header names and the names inside schemas as they were written', async () => {
    const configuration = {
      maxTokens: 5,
      extraHeaders: { 'X-Team-Name': 'a', 'x-api-key': 'sk-secret' },
      responseFormat: {
        type: 'json_schema',
        jsonSchema: { name: 'n', schema: { properties: { orderId: {}, order_date: {}, 'X-1': {} } } },
      },
    };
    const { data, errors } = await save({ llmName: 'completions', configuration });
    expect(errors).toBeUndefined();
    const { agent } = data.insertUpdateAgent;
    expect(agent.configuration).toEqual({
      ...configuration,
      extraHeaders: { 'X-Team-Name': 'a', 'x-api-key': '********' },
    });
    const again = await save({ version: agent.agentVersionUuid, configuration: agent.configuration });
    expect(again.data.insertUpdateAgent.agent).toEqual(agent);
  });
});
