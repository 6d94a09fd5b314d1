import { ModulesContainer } from '@nestjs/core';
import { getIntrospectionQuery } from 'graphql';
import { ApiFixture } from './api.fixture.ts';

let api: ApiFixture;
beforeAll(async () => {
  api = await ApiFixture.start();
});
afterAll(() => api.stop());

it('makes nothing per request: every provider of the product is a singleton', () => {
  const perRequest = [...api.api.app.get(ModulesContainer).values()]
    // Nest's own way to the current request, which nothing of ours injects.
    .filter(({ name }) => name !== 'InternalCoreModule')
    .flatMap((module) => [
      ...module.providers.values(),
      ...module.controllers.values(),
      ...module.injectables.values(),
    ])
    .filter((wrapper) => !wrapper.isDependencyTreeStatic())
    .map(({ name }) => name);
  expect(perRequest).toEqual([]);
});

it('answers 200 interleaved requests of two partitions each with its own rows', async () => {
  const clients = { acme: api.as('acme'), globex: api.as('globex') };
  for (const [part, client] of Object.entries(clients)) {
    for (let i = 0; i < 3; i++) {
      await client(
        `mutation { insertUpdateAgent(agentName: "${part} ${i}", llmProvider: "p", llmName: "n", updatedBy: "x") { agent { agentName } } }`,
      );
    }
  }
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const part = i % 2 === 0 ? 'acme' : 'globex';
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
      const { data } = await clients[part]('{ agentList { agentList { agentName partId } } }');
      return (data.agentList.agentList as { agentName: string; partId: string }[]).every(
        ({ agentName, partId }) => partId === part && agentName.startsWith(part),
      );
    }),
  );
  expect(answers).toEqual(Array.from({ length: 200 }, () => true));
});

it('understands the three URL shapes and the stock introspection query', async () => {
  for (const prefix of ['', '/core', '/beta/core']) {
    const response = await fetch(`${api.url}${prefix}/gpt/ai_agent_core_graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'e2e-key', 'part-id': 'acme' },
      body: JSON.stringify({ query: getIntrospectionQuery(), variables: { undeclared: true } }),
    });
    const { data } = (await response.json()) as {
      data: { __schema: { queryType: object; mutationType: object } };
    };
    expect(data.__schema).toMatchObject({
      queryType: { name: 'Query' },
      mutationType: { name: 'Mutations' },
    });
  }
});

it.each([
  ['aliases', `{ ${Array.from({ length: 60 }, (_, i) => `a${i}: ping`).join(' ')} }`],
  ['root fields', `{ ${Array.from({ length: 21 }, () => 'ping').join(' ')} }`],
  [
    'fragments in fragments',
    `{ ...f0 } ${Array.from({ length: 12 }, (_, i) => `fragment f${i} on Query { ${i === 11 ? 'ping' : `...f${i + 1} ...f${i + 1}`} }`).join(' ')}`,
  ],
  [
    'depth',
    `{ threadList { threadList { ${'agent { mcpServers { '.repeat(11)} mcpLabel ${'} }'.repeat(11)} } } }`,
  ],
])('refuses documents with too many %s', async (_what, query) => {
  const { status, errors } = await api.as('acme')(query);
  expect(status).toBe(200);
  expect(errors?.map(({ extensions: { code } }) => code)).toContain('request.tooComplex');
});

it('refuses documents of too many tokens before reading them', async () => {
  const { errors } = await api.as('acme')(`{ ping ${'@skip(if: false) '.repeat(1200)} }`);
  expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_PARSE_FAILED');
});
