import { Partition } from '@agent-engine/partition';
import { ApiFixture, type Client } from './api.fixture.ts';

let api: ApiFixture;
let acme: Client;
let globex: Client;
beforeAll(async () => {
  api = await ApiFixture.start();
  acme = api.withKey('acme');
  globex = api.withKey('globex');
});
afterAll(() => api.stop());

const agentFields =
  'agentVersionUuid agentUuid partitionKey endpointId partId agentName status configuration updatedBy createdAt updatedAt';

async function newAgent(client: Client, values = '') {
  const { data } = await client(
    `mutation { insertUpdateAgent(agentName: "Support", llmProvider: "openai", llmName: "gpt", updatedBy: "Admin" ${values}) { agent { ${agentFields} } } }`,
  );
  return data.insertUpdateAgent.agent;
}

async function newThread(client: Client) {
  const { data } = await client(
    'mutation { insertThread(agentUuid: "agent-1", userId: "u") { thread { threadUuid } } }',
  );
  return data.insertThread.thread.threadUuid as string;
}

describe('cost, in calls of the database', () => {
  beforeAll(async () => {
    await acme(
      'mutation { a: insertUpdateLlm(llmProvider: "openai", llmName: "gpt", moduleName: "m", className: "c", updatedBy: "x") { llm { llmName } } b: insertUpdateLlm(llmProvider: "openai", llmName: "mini", moduleName: "m", className: "c", updatedBy: "x") { llm { llmName } } }',
    );
    const servers = await Promise.all(
      [1, 2, 3].map(async (i) => {
        const { data } = await acme(
          `mutation { insertUpdateMcpServer(mcpLabel: "s${i}", mcpServerUrl: "https://mcp.example/${i}", updatedBy: "x") { mcpServer { mcpServerUuid } } }`,
        );
        return data.insertUpdateMcpServer.mcpServer.mcpServerUuid as string;
      }),
    );
    for (let i = 0; i < 100; i++) {
      await newAgent(
        acme,
        `, mcpServerUuids: ${JSON.stringify([...servers.slice(i % 3), '00000000000000000000'])}`,
      );
    }
    api.databaseCalls();
  });

  it('lists 100 agents with two relations in 1 Query and 1 BatchGet per related table', async () => {
    const { data, errors } = await acme(
      '{ agentList(limit: 100) { agentList { agentName llm { llmName className } mcpServers { mcpLabel } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.agentList.agentList).toHaveLength(100);
    expect(data.agentList.agentList[0].llm).toEqual({ llmName: 'gpt', className: 'c' });
    // A server that does not exist is no hole in the list.
    expect(
      data.agentList.agentList.flatMap((agent: { mcpServers: unknown[] }) => agent.mcpServers),
    ).not.toContain(null);
    expect(api.databaseCalls()).toEqual(['BatchGetItem', 'BatchGetItem', 'Query']);
  });

  it('counts only when the total is selected', async () => {
    await acme('{ agentList(limit: 10) { pageSize pageNumber agentList { agentName } } }');
    expect(api.databaseCalls()).toEqual(['Query']);
    const { data } = await acme('{ agentList(limit: 10) { total agentList { agentName } } }');
    expect(data.agentList.total).toBe(100);
    expect(api.databaseCalls()).toEqual(['Query', 'Query']);
  });

  it('reaches the last page by cursor at the cost of one page', async () => {
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const { data } = await acme(
        'query Q($cursor: String) { agentList(limit: 40, cursor: $cursor) { nextCursor agentList { agentVersionUuid } } }',
        { cursor },
      );
      expect(api.databaseCalls()).toEqual(['Query']);
      names.push(
        ...data.agentList.agentList.map((agent: { agentVersionUuid: string }) => agent.agentVersionUuid),
      );
      cursor = data.agentList.nextCursor;
    } while (cursor);
    expect(new Set(names).size).toBe(100);
  });

  it('reads one row in one call per table', async () => {
    const { agentVersionUuid } = await newAgent(acme);
    api.databaseCalls();
    await acme(`{ agent(agentVersionUuid: "${agentVersionUuid}") { agentName } }`);
    expect(api.databaseCalls()).toEqual(['GetItem']);
    const threadUuid = await newThread(acme);
    await acme(
      `mutation { insertUpdateRun(threadUuid: "${threadUuid}", updatedBy: "x") { run { runUuid } } }`,
    );
    api.databaseCalls();
    await acme(`{ runList(threadUuid: "${threadUuid}") { runList { runUuid thread { threadUuid } } } }`);
    expect(api.databaseCalls()).toEqual(['BatchGetItem', 'Query']);
  });
});

describe('secrets', () => {
  const save =
    'mutation M($version: String, $uuid: String, $configuration: JSONCamelCase) { insertUpdateAgent(agentVersionUuid: $version, agentUuid: $uuid, agentName: "S", llmProvider: "p", llmName: "n", configuration: $configuration, updatedBy: "x") { agent { agentVersionUuid agentUuid configuration } } }';
  const configuration = {
    openaiApiKey: 'sk-secret',
    model: 'gpt-5',
    maxOutputTokens: 10,
    tools: [{ headers: { Authorization: 'Bearer t' } }],
    ref: { api_key: 'env:KEY' },
  };

  it('are masked on read, wherever the type appears', async () => {
    const { data } = await acme(save, { configuration });
    const { agent } = data.insertUpdateAgent;
    expect(agent.configuration).toEqual({
      openaiApiKey: '********',
      model: 'gpt-5',
      maxOutputTokens: 10,
      tools: [{ headers: { Authorization: '********' } }],
      ref: { apiKey: 'env:KEY' },
    });
    const { data: thread } = await acme(
      `mutation { insertThread(agentUuid: "${agent.agentUuid}") { thread { threadUuid agent { configuration } } } }`,
    );
    expect(JSON.stringify(thread)).not.toContain('sk-secret');
  });

  it('stay when the mask is written back, also into the next version', async () => {
    const first = (await acme(save, { configuration })).data.insertUpdateAgent.agent;
    const shown = { ...first.configuration, model: 'gpt-6' };
    await acme(save, { version: first.agentVersionUuid, configuration: shown });
    const second = (await acme(save, { uuid: first.agentUuid, configuration: shown })).data.insertUpdateAgent
      .agent;
    expect(second.agentVersionUuid).not.toBe(first.agentVersionUuid);
    for (const agentVersionUuid of [first.agentVersionUuid, second.agentVersionUuid]) {
      const stored = await api.models.agent.get(Partition.of('gpt', 'acme'), { agentVersionUuid });
      expect(stored?.configuration).toMatchObject({ openai_api_key: 'sk-secret', model: 'gpt-6' });
    }
  });

  it('are never the mask itself', async () => {
    const { errors } = await acme(save, { configuration: { apiKey: '********' } });
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'argument.invalid' },
      message: expect.stringContaining('configuration.api_key'),
    });
  });

  it('of MCP headers are masked, and header names are shown as written', async () => {
    const headers = { 'X-Api-Key': 'k', Authorization: 'Bearer t', 'x_snake-Mixed': 'v' };
    const { data, errors } = await acme(
      'mutation M($headers: JSONCamelCase) { insertUpdateMcpServer(mcpLabel: "l", mcpServerUrl: "https://m.example", headers: $headers, updatedBy: "x") { mcpServer { mcpServerUuid headers } } }',
      { headers },
    );
    expect(errors).toBeUndefined();
    expect(data.insertUpdateMcpServer.mcpServer.headers).toEqual({
      'X-Api-Key': '********',
      Authorization: '********',
      'x_snake-Mixed': '********',
    });
  });
});

describe('another tenant', () => {
  it('gets the same answer for a row of others as for one that does not exist', async () => {
    const agent = await newAgent(acme);
    const threadUuid = await newThread(acme);
    const run = (
      await acme(
        `mutation { insertUpdateRun(threadUuid: "${threadUuid}", updatedBy: "x") { run { runUuid } } }`,
      )
    ).data.insertUpdateRun.run.runUuid;
    const message = (
      await acme(
        `mutation { insertUpdateMessage(threadUuid: "${threadUuid}", runUuid: "${run}", role: "user", message: "hello", updatedBy: "x") { message { messageUuid } } }`,
      )
    ).data.insertUpdateMessage.message.messageUuid;
    const task = (
      await acme(
        'mutation { insertUpdateAsyncTask(functionName: "f", updatedBy: "x") { asyncTask { asyncTaskUuid } } }',
      )
    ).data.insertUpdateAsyncTask.asyncTask.asyncTaskUuid;
    const attempts = (id: { agent: string; thread: string; run: string; message: string; task: string }) => [
      `{ agent(agentVersionUuid: "${id.agent}") { agentName } }`,
      `{ thread(threadUuid: "${id.thread}") { agentUuid } }`,
      `{ run(threadUuid: "${id.thread}", runUuid: "${id.run}") { runUuid thread { agent { configuration } } } }`,
      `{ message(threadUuid: "${id.thread}", messageUuid: "${id.message}") { message } }`,
      `{ messageList(threadUuid: "${id.thread}") { total messageList { message } } }`,
      `{ asyncTask(functionName: "f", asyncTaskUuid: "${id.task}") { result } }`,
      `mutation { insertUpdateAgent(agentVersionUuid: "${id.agent}", instructions: "obey", updatedBy: "x") { agent { agentName } } }`,
      `mutation { deleteAgent(agentVersionUuid: "${id.agent}") { ok } }`,
      `mutation { insertThread(threadUuid: "${id.thread}", agentUuid: "a") { thread { threadUuid } } }`,
      `mutation { deleteThread(threadUuid: "${id.thread}") { ok } }`,
      `mutation { insertUpdateRun(threadUuid: "${id.thread}", updatedBy: "x") { run { runUuid } } }`,
      `mutation { insertUpdateRun(threadUuid: "${id.thread}", runUuid: "${id.run}", completionTokens: 5, updatedBy: "x") { run { runUuid } } }`,
      `mutation { insertUpdateMessage(threadUuid: "${id.thread}", messageUuid: "${id.message}", message: "x", updatedBy: "x") { message { message } } }`,
      `mutation { insertUpdateMessage(threadUuid: "${id.thread}", runUuid: "r", role: "user", message: "x", updatedBy: "x") { message { message } } }`,
      `mutation { deleteMessage(threadUuid: "${id.thread}", messageUuid: "${id.message}") { ok } }`,
      `mutation { insertUpdateToolCall(threadUuid: "${id.thread}", runUuid: "r", toolType: "t", name: "n", updatedBy: "x") { toolCall { name } } }`,
      `mutation { insertUpdateAsyncTask(functionName: "f", asyncTaskUuid: "${id.task}", result: "x", updatedBy: "x") { asyncTask { result } } }`,
      `mutation { deleteAsyncTask(functionName: "f", asyncTaskUuid: "${id.task}") { ok } }`,
    ];
    const theirs = attempts({ agent: agent.agentVersionUuid, thread: threadUuid, run, message, task });
    const nobodys = attempts({ agent: '0', thread: '0', run: '0', message: '0', task: '0' });
    for (const [i, query] of theirs.entries()) {
      const { errors, ...answer } = await globex(query);
      const missing = await globex(nobodys[i] ?? '');
      expect([query, answer.status, answer.data]).toEqual([query, missing.status, missing.data]);
      expect(errors?.map(({ message, extensions: { code } }) => [message, code])).toEqual(
        missing.errors?.map(({ message, extensions: { code } }) => [message, code]),
      );
      expect(errors?.[0]?.extensions.code ?? 'entity.notFound').toBe('entity.notFound');
    }
    expect(
      (await acme(`{ message(threadUuid: "${threadUuid}", messageUuid: "${message}") { message } }`)).data
        .message.message,
    ).toBe('hello');
    expect(
      (await acme(`{ agent(agentUuid: "${agent.agentUuid}") { agentVersionUuid } }`)).data.agent
        .agentVersionUuid,
    ).toBe(agent.agentVersionUuid);
  });

  it('cannot write what all tenants share, unless it administers', async () => {
    const { errors } = await api.as('acme')(
      'mutation { insertUpdateLlm(llmProvider: "p", llmName: "n", moduleName: "os", className: "system", updatedBy: "x") { llm { llmName } } }',
    );
    expect(errors?.[0]?.extensions.code).toBe('auth.adminRequired');
    expect(
      (await api.as('acme')('{ llmList { llmList { llmName } } }')).data.llmList.llmList.length,
    ).toBeGreaterThan(0);
  });

  it('lists nothing of others, by cursor or without a thread', async () => {
    await newAgent(acme);
    const { data } = await acme(
      '{ agentList(limit: 1) { nextCursor } asyncTaskList { asyncTaskList { asyncTaskUuid } } }',
    );
    const moved = await globex(
      `{ agentList(cursor: "${data.agentList.nextCursor}") { agentList { partId } } asyncTaskList { total asyncTaskList { asyncTaskUuid } } }`,
    );
    expect(
      moved.data.agentList.agentList.filter(({ partId }: { partId: string }) => partId !== 'globex'),
    ).toEqual([]);
    expect(moved.data.asyncTaskList).toEqual({ total: 0, asyncTaskList: [] });
    const { errors } = await globex('{ messageList { messageList { message } } }');
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'argument.required' } });
  });
});

describe('wire rules', () => {
  it('knows absent from null: absent leaves, null restores the default, "null" too', async () => {
    const agent = await newAgent(acme, ', numOfMessages: 3, instructions: "Be kind."');
    const update = async (values: string) =>
      (
        await acme(
          `mutation { insertUpdateAgent(agentVersionUuid: "${agent.agentVersionUuid}", updatedBy: "x" ${values}) { agent { numOfMessages instructions } } }`,
        )
      ).data.insertUpdateAgent.agent;
    expect(await update('')).toEqual({ numOfMessages: 3, instructions: 'Be kind.' });
    expect(await update(', numOfMessages: null')).toEqual({ numOfMessages: 10, instructions: 'Be kind.' });
    expect(await update(', instructions: "null"')).toEqual({ numOfMessages: 10, instructions: null });
  });

  it('ignores undeclared variables, takes JSON literals, answers naive UTC', async () => {
    const { data, errors } = await acme(
      'mutation { insertUpdateAgent(agentName: "L", llmProvider: "p", llmName: "n", configuration: { maxTokens: 5, list: [1.5, true, null] }, variables: { name: "x", dataType: "string" }, updatedBy: "x") { agent { configuration variables createdAt } } }',
      { statuses: ['active'], partition_key: 'gpt#globex' },
    );
    expect(errors).toBeUndefined();
    const { agent } = data.insertUpdateAgent;
    expect(agent).toMatchObject({
      configuration: { maxTokens: 5, list: [1.5, true, null] },
      variables: [{ name: 'x', dataType: 'string' }],
    });
    expect(agent.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$/);
  });

  it('filters lists as the contract says', async () => {
    const client = api.withKey('filters');
    const first = await newAgent(client, ', configuration: { model: "m1" }');
    await newAgent(client, `, agentUuid: "${first.agentUuid}"`);
    const list = async (args: string) =>
      (await client(`{ agentList(${args}) { total agentList { status } } }`)).data.agentList as {
        total: number;
        agentList: { status: string }[];
      };
    expect((await list('statuses: ["active"]')).agentList).toEqual([{ status: 'active' }]);
    expect(await list('statuses: ["inactive"], agentName: "uppo"')).toEqual({
      total: 1,
      agentList: [{ status: 'inactive' }],
    });
    expect((await list(`agentUuid: "${first.agentUuid}", model: "m1"`)).total).toBe(2);
    expect((await list('model: "m2"')).total).toBe(0);
    expect((await list(`updatedAtGt: "${first.updatedAt}"`)).total).toBe(1);
    expect((await list('updatedAtLt: "2020-01-01"')).total).toBe(0);
    expect((await list(`updatedAtGt: "${first.updatedAt}Z", updatedAtLt: "2099-01-01"`)).total).toBe(2);
  });

  it.each([
    ['{ agentList(limit: 0) { total } }', 'argument.invalid', /limit must be an integer from 1 to 1000/],
    ['{ agentList(limit: 1001) { total } }', 'argument.invalid', /limit/],
    ['{ agentList(pageNumber: 0) { total } }', 'argument.invalid', /pageNumber/],
    ['{ agentList(cursor: "garbage") { total } }', 'cursor.invalid', /nextCursor/],
    [
      '{ agentList(cursor: "eyJsaXN0IjoiYWdlbnQudXBkYXRlZF9hdC1pbmRleCIsImFmdGVyIjp7fX0") { total } }',
      'cursor.invalid',
      /nextCursor/,
    ],
    ['{ agent { agentName } }', 'argument.required', /agentUuid or agentVersionUuid/],
    [
      'mutation { insertUpdateAgent(updatedBy: "x") { agent { agentName } } }',
      'argument.required',
      /agentName, llmProvider, llmName/,
    ],
    [
      'mutation { insertUpdateAgent(agentName: null, llmProvider: "p", llmName: "n", updatedBy: "x") { agent { agentName } } }',
      'argument.required',
      /agentName/,
    ],
    [
      'mutation { insertUpdateAgent(agentName: "a", llmProvider: "p", llmName: "n", configuration: [1], updatedBy: "x") { agent { agentName } } }',
      'argument.invalid',
      /configuration must be an object/,
    ],
    [
      'mutation { insertUpdateAgent(agentVersionUuid: "nobody", updatedBy: "x") { agent { agentName } } }',
      'entity.notFound',
      /no such agent/,
    ],
    ['mutation { deleteAgent(agentVersionUuid: "nobody") { ok } }', 'entity.notFound', /no such agent/],
    ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED', /Cannot query field/],
    [
      '{ agentList(updatedAtGt: "yesterday") { total } }',
      'GRAPHQL_VALIDATION_FAILED',
      /DateTime cannot represent/,
    ],
  ])('answers %s with %s and HTTP 200', async (query, code, message) => {
    const { status, errors } = await acme(query);
    expect(status).toBe(200);
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(message),
      extensions: { code, requestId: expect.any(String) },
    });
  });

  it('answers null for what does not exist', async () => {
    const { data, errors } = await acme(
      '{ agent(agentUuid: "nobody") { agentName } v: agent(agentVersionUuid: "0") { agentName } llm(llmProvider: "x", llmName: "y") { llmName } thread(threadUuid: "0") { threadUuid } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ agent: null, v: null, llm: null, thread: null });
  });

  it('refuses a row that is too large, and stores nothing of it', async () => {
    const { errors } = await acme(
      'mutation M($text: String) { insertUpdateAgent(agentName: "big", llmProvider: "p", llmName: "n", instructions: $text, updatedBy: "x") { agent { agentName } } }',
      { text: 'x'.repeat(450_000) },
    );
    expect(errors?.[0]?.extensions.code).toBe('argument.tooLarge');
  });

  it('guards deletion: agents with threads, threads with runs, runs with messages, llms with agents', async () => {
    const agent = await newAgent(acme);
    const { data } = await acme(
      `mutation { insertThread(agentUuid: "${agent.agentUuid}") { thread { threadUuid } } }`,
    );
    const threadUuid = data.insertThread.thread.threadUuid;
    expect(
      (await acme(`mutation { deleteAgent(agentVersionUuid: "${agent.agentVersionUuid}") { ok } }`)).data
        .deleteAgent.ok,
    ).toBe(false);
    const run = (
      await acme(
        `mutation { insertUpdateRun(threadUuid: "${threadUuid}", updatedBy: "x") { run { runUuid } } }`,
      )
    ).data.insertUpdateRun.run.runUuid;
    expect(
      (await acme(`mutation { deleteThread(threadUuid: "${threadUuid}") { ok } }`)).data.deleteThread.ok,
    ).toBe(false);
    await acme(
      `mutation { insertUpdateMessage(threadUuid: "${threadUuid}", runUuid: "${run}", role: "user", message: "m", updatedBy: "x") { message { messageUuid } } }`,
    );
    const remove = `mutation { deleteRun(threadUuid: "${threadUuid}", runUuid: "${run}") { ok } }`;
    expect((await acme(remove)).data.deleteRun.ok).toBe(false);
    const { data: messages } = await acme(
      `{ messageList(threadUuid: "${threadUuid}") { messageList { messageUuid } } }`,
    );
    await acme(
      `mutation { deleteMessage(threadUuid: "${threadUuid}", messageUuid: "${messages.messageList.messageList[0].messageUuid}") { ok } }`,
    );
    expect((await acme(remove)).data.deleteRun.ok).toBe(true);
    expect(
      (await acme('mutation { deleteLlm(llmProvider: "openai", llmName: "gpt") { ok } }')).data.deleteLlm.ok,
    ).toBe(false);
  });

  it('works out totals and durations', async () => {
    const threadUuid = await newThread(acme);
    const run = (
      await acme(
        `mutation { insertUpdateRun(threadUuid: "${threadUuid}", promptTokens: 7, updatedBy: "x") { run { runUuid } } }`,
      )
    ).data.insertUpdateRun.run.runUuid;
    const { data } = await acme(
      `mutation { insertUpdateRun(threadUuid: "${threadUuid}", runUuid: "${run}", completionTokens: 5, totalTokens: 99, updatedBy: "x") { run { totalTokens timeSpent } } }`,
    );
    expect(data.insertUpdateRun.run).toEqual({ totalTokens: 12, timeSpent: expect.any(Number) });
    const { data: lists } = await acme(
      `{ in: runList(threadUuid: "${threadUuid}", tokenType: "total", lessToken: 12, greatToken: 13) { total } out: runList(threadUuid: "${threadUuid}", tokenType: "total", greatToken: 12) { total } }`,
    );
    expect(lists).toEqual({ in: { total: 1 }, out: { total: 0 } });
  });
});
