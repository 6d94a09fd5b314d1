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

const partition = Partition.of('gpt', 'acme');
const updatedBy = 'spec';

async function newThread() {
  const thread = await api.models.thread.create(partition, { agentUuid: 'agent-1' });
  const owner = await api.models.ownerOf(partition, thread.threadUuid);
  if (!owner) throw new Error('the thread just created is not there');
  const { runUuid } = await api.models.run.create(owner, { updatedBy });
  return { owner, runUuid, threadUuid: thread.threadUuid };
}

it('records the authenticated subject beside updatedBy', async () => {
  const { data } = await api.as('acme')(
    'mutation { insertUpdateAgent(agentName: "a", llmProvider: "p", llmName: "n", updatedBy: "anybody") { agent { agentVersionUuid updatedBy } } }',
  );
  const { agentVersionUuid, updatedBy: said } = data.insertUpdateAgent.agent;
  expect(said).toBe('anybody');
  const stored = await api.models.agent.get(partition, { agentVersionUuid });
  expect(stored).toMatchObject({ updatedBy: 'anybody', updatedSubject: 'user of acme' });
});

it('shared tables are written by administrators only, whichever they are', async () => {
  const writes = [
    'insertUpdateLlm(llmProvider: "p", llmName: "n", moduleName: "m", className: "c", updatedBy: "x") { llm { llmName } }',
    'insertUpdateUiComponent(uiComponentType: "t", tagName: "n", updatedBy: "x") { uiComponent { tagName } }',
    'insertUpdateWizardSchema(wizardSchemaType: "t", wizardSchemaName: "n", updatedBy: "x") { wizardSchema { wizardSchemaName } }',
    'deleteLlm(llmProvider: "p", llmName: "n") { ok }',
    'deleteUiComponent(uiComponentType: "t", uiComponentUuid: "u") { ok }',
    'deleteWizardSchema(wizardSchemaType: "t", wizardSchemaName: "n") { ok }',
  ];
  for (const write of writes) {
    const { errors } = await api.as('acme')(`mutation { ${write} }`);
    expect([write, errors?.[0]?.extensions.code]).toEqual([write, 'auth.adminRequired']);
  }
});

it("another tenant's task is not executed, and its thread is not read", async () => {
  const { threadUuid, runUuid } = await newThread();
  const task = await api.models.asyncTask.create(partition, {
    functionName: 'async_execute_ask_model',
    updatedBy,
  });
  const { errors } = await globex(
    'mutation M($uuid: String!, $arguments: JSONCamelCase!) { executeAskModel(asyncTaskUuid: $uuid, arguments: $arguments) { ok } }',
    {
      uuid: task.asyncTaskUuid,
      arguments: { agentUuid: 'agent-1', threadUuid, runUuid, userQuery: 'What was said?', updatedBy: 'x' },
    },
  );
  expect(errors?.[0]?.extensions.code).toBe('entity.notFound');
  expect(await api.models.asyncTask.get(partition, task)).toEqual(task);
  expect(await api.queued()).toEqual([]);
});

it('a list selected by an index goes on past its first page by number and by cursor', async () => {
  const lists = [
    [
      'elementList',
      'dataType: "text"',
      (i: number) =>
        api.models.element.create(partition, {
          dataType: 'text',
          elementTitle: `${i}`,
          attributeName: 'a',
          attributeType: 't',
          updatedBy,
        }),
    ],
    [
      'flowSnippetList',
      'promptUuid: "p"',
      (i: number) =>
        api.models.flowSnippet.create(partition, { flowName: `${i}`, promptUuid: 'p', updatedBy }),
    ],
    [
      'promptTemplateList',
      'promptType: "t"',
      (i: number) =>
        api.models.promptTemplate.create(partition, {
          promptType: 't',
          promptName: `${i}`,
          templateContext: '',
          updatedBy,
        }),
    ],
    [
      'fineTuningMessageList',
      'agentUuid: "agent-1", threadUuid: "t"',
      (i: number) =>
        api.models.fineTuningMessage.create(partition, {
          agentUuid: 'agent-1',
          messageUuid: `${i}`,
          threadUuid: 't',
          role: 'user',
          updatedBy,
        }),
    ],
    [
      'asyncTaskList',
      'functionName: "paged"',
      () => api.models.asyncTask.create(partition, { functionName: 'paged', updatedBy }),
    ],
  ] as const;
  for (const [list, selector, create] of lists) {
    for (let i = 0; i < 5; i++) await create(i);
    const page = async (place: string) =>
      (await acme(`{ ${list}(limit: 2, ${selector}, ${place}) { total nextCursor ${list} { updatedAt } } }`))
        .data[list];
    const [one, two, three] = [
      await page('pageNumber: 1'),
      await page('pageNumber: 2'),
      await page('pageNumber: 3'),
    ];
    expect([list, one.total, one[list].length, two[list].length, three[list].length]).toEqual([
      list,
      5,
      2,
      2,
      1,
    ]);
    expect((await page(`cursor: "${one.nextCursor}"`))[list]).toEqual(two[list]);
    expect((await page('pageNumber: 4'))[list]).toEqual([]);
  }
});

it('a thread shows what was just written to it, and says a date as it was said', async () => {
  const { owner, runUuid, threadUuid } = await newThread();
  const shown = async () =>
    (await acme(`{ thread(threadUuid: "${threadUuid}") { messages toolCalls } }`)).data.thread;
  expect(await shown()).toEqual({ messages: [], toolCalls: [] });
  await api.models.message.create(owner, { runUuid, role: 'user', message: '2025-01-02', updatedBy });
  await api.models.toolCall.create(owner, { runUuid, toolType: 't', name: 'n', updatedBy });
  const { messages, toolCalls } = await shown();
  expect(messages[0].message).toMatchObject({ content: '2025-01-02', run: { runUuid, totalTokens: 0 } });
  expect(toolCalls).toEqual([expect.objectContaining({ name: 'n', status: 'initial' })]);
});

it('"null" is a word in messages and training messages, and null elsewhere', async () => {
  const { owner, runUuid, threadUuid } = await newThread();
  const { messageUuid } = await api.models.message.create(owner, {
    runUuid,
    role: 'user',
    message: 'm',
    updatedBy,
  });
  const { data } = await acme(
    `mutation {
      insertUpdateMessage(threadUuid: "${threadUuid}", messageUuid: "${messageUuid}", message: "null", updatedBy: "x") { message { message } }
      insertUpdateWizardGroup(wizardGroupName: "g", wizardGroupDescription: "d", updatedBy: "x") { wizardGroup { wizardGroupUuid } }
    }`,
  );
  expect(data.insertUpdateMessage.message.message).toBe('null');
  const { wizardGroupUuid } = data.insertUpdateWizardGroup.wizardGroup;
  const update = (values: string) =>
    acme(
      `mutation { insertUpdateWizardGroup(wizardGroupUuid: "${wizardGroupUuid}", ${values}, updatedBy: "x") { wizardGroup { wizardGroupName wizardGroupDescription } } }`,
    );
  const cleared = await update('wizardGroupName: "g", wizardGroupDescription: "null"');
  expect(cleared.data.insertUpdateWizardGroup.wizardGroup).toEqual({
    wizardGroupName: 'g',
    wizardGroupDescription: null,
  });
  // What every row needs cannot be cleared: the row would be beyond saving.
  const { errors } = await update('wizardGroupName: "null"');
  expect(errors?.[0]).toMatchObject({
    extensions: { code: 'argument.required', details: { argument: 'wizardGroupName' } },
  });
});

it('a tenant whose name contains None has threads like any other', async () => {
  const { data } = await api.withKey('NoneSuch')(
    'mutation { insertThread(agentUuid: "a") { thread { threadUuid partId } } }',
  );
  expect(data.insertThread.thread.partId).toBe('NoneSuch');
});

it.each([
  [
    'insertUpdateToolCall(threadUuid: $thread, runUuid: "r", toolType: "t", name: "n", status: "almost", updatedBy: "x") { toolCall { name } }',
    'argument.invalid',
    'status',
  ],
  [
    'insertUpdateAsyncTask(functionName: "bad", status: "done", updatedBy: "x") { asyncTask { status } }',
    'argument.invalid',
    'status',
  ],
  [
    'insertUpdateMcpServer(mcpLabel: "l", mcpServerUrl: "u", headers: "text", updatedBy: "x") { mcpServer { mcpLabel } }',
    'argument.invalid',
    'headers',
  ],
  [
    'insertUpdateElement(dataType: "", elementTitle: "e", attributeName: "a", attributeType: "t", updatedBy: "x") { element { dataType } }',
    'argument.invalid',
    'dataType',
  ],
  [
    'insertUpdateAgent(agentName: "a", llmProvider: "p", llmName: "n", variables: ["text"], updatedBy: "x") { agent { agentName } }',
    'argument.invalid',
    'variables',
  ],
  [
    'insertUpdateAgent(agentName: "a", llmProvider: "p", llmName: "n", flowSnippetVersionUuid: "nobody", updatedBy: "x") { agent { agentName } }',
    'entity.notFound',
    'flowSnippetVersionUuid',
  ],
  [
    'insertUpdateWizard(wizardTitle: "w", wizardType: "t", wizardSchemaType: "s", wizardSchemaName: "n", wizardElements: [{ placeholder: "p" }], updatedBy: "x") { wizard { wizardTitle } }',
    'argument.invalid',
    'wizardElements[0]',
  ],
])('refuses %s with %s naming %s, and writes nothing', async (mutation, code, argument) => {
  const { threadUuid } = await newThread();
  api.databaseCalls();
  const { errors } = await acme(`mutation { ${mutation.replace('$thread', JSON.stringify(threadUuid))} }`);
  expect(errors?.[0]).toMatchObject({ extensions: { code, details: { argument } } });
  expect(api.databaseCalls().filter((call) => /Put|Update|Transact/.test(call))).toEqual([]);
});

it.each([
  [
    'insertUpdateMessage(threadUuid: "0", runUuid: "r", role: "user", message: "m", updatedBy: "x") { message { role } }',
    'threadUuid',
  ],
  ['insertUpdateRun(threadUuid: "0", updatedBy: "x") { run { runUuid } }', 'threadUuid'],
  [
    'insertUpdateFineTuningMessage(agentUuid: "0", messageUuid: "m", threadUuid: "t", role: "user", updatedBy: "x") { fineTuningMessage { role } }',
    'agentUuid',
  ],
  ['insertUpdateAgent(agentVersionUuid: "0", updatedBy: "x") { agent { agentName } }', 'agentVersionUuid'],
  ['deleteFlowSnippet(flowSnippetVersionUuid: "0") { ok }', 'flowSnippetVersionUuid'],
  ['deleteWizardFromWizardGroup(wizardUuid: "0", wizardGroupUuid: "0") { ok }', 'wizardGroupUuid'],
])('names the reference that leads nowhere: %s', async (mutation, argument) => {
  const { errors } = await acme(`mutation { ${mutation} }`);
  expect(errors?.[0]).toMatchObject({ extensions: { code: 'entity.notFound', details: { argument } } });
});

it.each([
  ['deleteWizardGroup(wizardGroupUuid: $long) { ok }', 'wizardGroupUuid'],
  ['insertThread(agentUuid: $long) { thread { threadUuid } }', 'agentUuid'],
  [
    'insertUpdateLlm(llmProvider: "p", llmName: $long, moduleName: "m", className: "c", updatedBy: "x") { llm { llmName } }',
    'llmName',
  ],
])('refuses a key that is too long, by name: %s', async (mutation, argument) => {
  const { errors } = await acme(`mutation ($long: String!) { ${mutation} }`, { long: 'x'.repeat(1025) });
  expect(errors?.[0]).toMatchObject({
    extensions: { code: 'argument.tooLarge', details: { argument, bytes: 1025, maxBytes: 1024 } },
  });
});
