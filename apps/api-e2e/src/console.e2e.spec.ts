import { Partition } from '@agent-engine/partition';
import { type McpStandIn, startMcpStandIn } from '@agent-engine/testing';
import { ApiFixture } from './api.fixture.ts';
import { consoleOf, documents } from './console.fixture.ts';
import { answered, contactWizard, seedForConsole } from './console.samples.fixture.ts';

const partition = Partition.of('gpt', 'neprodai');
const updatedBy = 'neprodai';

let api: ApiFixture;
let mcp: McpStandIn;
let page: ReturnType<typeof consoleOf>;
beforeAll(async () => {
  mcp = await startMcpStandIn({
    tools: [{ name: 'find', description: 'Finds', inputSchema: { type: 'object' }, run: () => 'found' }],
  });
  api = await ApiFixture.start({ EGRESS_ALLOW: '127.0.0.1' });
  page = consoleOf(api, 'neprodai');
});
afterAll(async () => {
  await api.stop();
  await mcp.stop();
});

it('a session of the console works, and finds every value it reads without looking', async () => {
  await seedForConsole(api.withKey('neprodai'));
  const { llmList } = await page.send('llmList', {});
  expect(llmList).toEqual([
    {
      llmProvider: 'openai',
      llmName: 'gpt',
      // Names of properties change case with the keys; what `required` lists are values.
      configurationSchema: {
        type: 'object',
        required: ['max_tokens'],
        properties: { maxTokens: { type: 'integer', minimum: 1 } },
      },
    },
  ]);

  // Template: server, component, prompt.
  const { mcpServer } = await page.send('insertUpdateMcpServer', {
    mcpLabel: 'orders',
    mcpServerUrl: `${mcp.endpoint}/mcp`,
    headers: { 'X-Api-Key': 'secret' },
    updatedBy,
  });
  const { uiComponent } = await page.send('insertUpdateUiComponent', {
    uiComponentType: 'external_integration',
    tagName: 'order-form',
    parameters: [{ name: 'id', parameter: 'order_id' }],
    waitFor: undefined,
    updatedBy,
  });
  const { promptTemplate: prompt } = await page.send('insertUpdatePromptTemplate', {
    promptType: 'system_prompt',
    promptName: 'Support',
    promptDescription: '',
    templateContext: 'Follow this: {flow_snippet}',
    variables: [{ name: 'shop', data_type: 'string' }],
    mcpServers: [{ mcpServerUuid: mcpServer.mcpServerUuid }, { mcpServerUuid: 'gone' }],
    uiComponents: [uiComponent],
    status: 'active',
    updatedBy,
  });
  const template = await page.send('promptTemplate', { promptUuid: prompt.promptUuid });
  expect(template.variables).toEqual([{ name: 'shop', dataType: 'string' }]);
  expect(template.mcpServers).toEqual([
    {
      mcpServerUuid: mcpServer.mcpServerUuid,
      mcpLabel: 'orders',
      mcpServerUrl: `${mcp.endpoint}/mcp`,
      headers: { 'X-Api-Key': '********' },
      tools: [expect.objectContaining({ name: 'find', inputSchema: { type: 'object' } })],
    },
  ]);
  expect(template.uiComponents).toEqual([
    expect.objectContaining({ tagName: 'order-form', parameters: [{ name: 'id', parameter: 'order_id' }] }),
  ]);

  // Flow: created empty, then saved with its canvas under its version.
  const { flowSnippet: flow } = await page.send('insertUpdateFlowSnippet', {
    flowName: 'Orders',
    promptUuid: prompt.promptUuid,
    flowRelationship: '{}',
    flowContext: '{}',
    updatedBy,
  });
  const flowRelationship = JSON.stringify({
    edges: [],
    nodes: [{ id: '1', data: { formData: { name: 'a' } } }],
    _v_: 1,
  });
  const flowContext = JSON.stringify([{ id: '1', type: 'step', formData: { name: 'Greet {shop}' } }]);
  await page.send('insertUpdateFlowSnippet', {
    ...flow,
    promptUuid: prompt.promptUuid,
    flowRelationship,
    flowContext,
    updatedBy,
  });
  const shown = await page.send('flowSnippet', { flowSnippetVersionUuid: flow.flowSnippetVersionUuid });
  expect(shown).toMatchObject({
    flowName: 'Orders',
    flowRelationship,
    flowContext,
    promptTemplate: { promptName: 'Support' },
  });
  expect(shown.promptTemplate.mcpServers).not.toContain(null);

  // Agent: found through the list, because saving answers its name only; a save without a version is a new version.
  const agentValues = {
    agentName: 'Shop agent',
    agentDescription: '',
    llmProvider: 'openai',
    llmName: 'gpt',
    configuration: { maxTokens: 512, apiKey: 'sk-1' },
    variables: [{ dataType: 'string', name: 'shop', value: 'Neprodai' }],
    numOfMessages: 10,
    toolCallRole: 'developer',
    flowSnippetVersionUuid: flow.flowSnippetVersionUuid,
    updatedBy: 'Admin',
  };
  expect(await page.send('insertUpdateAgent', agentValues)).toEqual({ agent: { agentName: 'Shop agent' } });
  const find = async (statuses?: string[]) =>
    (await page.send('agentList', { pageNumber: 1, limit: 15, statuses })) as {
      total: number;
      pageNumber: number;
      agentList: Record<string, string>[];
    };
  const first = await find(['active']);
  expect(first).toMatchObject({ total: 1, pageNumber: 1 });
  const { agentUuid, agentVersionUuid } = first.agentList[0] ?? {};
  await page.send('insertUpdateAgent', {
    agentUuid,
    agentName: 'Shop agent 2',
    configuration: { maxTokens: 512, apiKey: '********' },
    updatedBy: 'Admin',
  });
  const agent = await page.send('agent', { agentUuid });
  expect(agent).toMatchObject({
    agentName: 'Shop agent 2',
    status: 'active',
    instructions: `Follow this: ${flowContext.replace('{shop}', 'Neprodai')}`,
    configuration: { maxTokens: 512, apiKey: '********' },
    variables: [{ dataType: 'string', name: 'shop', value: 'Neprodai' }],
    llm: { llmName: 'gpt' },
    mcpServers: [{ mcpLabel: 'orders', tools: [{ name: 'find' }] }],
    flowSnippet: { flowName: 'Orders', promptTemplate: { promptName: 'Support' } },
  });
  expect(agent.agentVersionUuid).not.toBe(agentVersionUuid);
  expect(await find(['active'])).toMatchObject({ total: 1 });
  expect(await find()).toMatchObject({ total: 2 });

  // Block group: wizards with what the schema row happened to bring along, then again as they are shown.
  const [schema] = (await page.send('wizardSchemaList')).wizardSchemaList;
  const wizard = contactWizard(schema);
  const group = { wizardGroupName: 'Contact', wizardGroupDescription: '', weight: 1, updatedBy };
  const { wizardGroup: saved } = await page.send('insertUpdateWizardGroupWithWizards', {
    ...group,
    wizards: [wizard],
  });
  const { wizardGroupUuid } = saved;
  const { wizardItems } = await page.send('wizardGroup', { wizardGroupUuid });
  expect(wizardItems).toEqual([
    expect.objectContaining({
      wizardTitle: 'Contact',
      wizardAttributes: [{ name: 'title', value: 'Contact us' }],
      wizardElements: [
        expect.objectContaining({
          required: true,
          placeholder: 'you@example.com',
          element: expect.objectContaining({ elementTitle: 'E-mail', priority: 1 }),
        }),
      ],
      wizardSchema: expect.objectContaining({
        attributes: [expect.objectContaining({ name: 'title', attributeType: 'text', required: true })],
        attributeGroups: [{ name: 'general', label: 'General' }],
      }),
    }),
  ]);
  await page.send('insertUpdateWizardGroupWithWizards', {
    ...group,
    wizardGroupUuid,
    wizards: [...wizardItems, { ...wizard, wizardTitle: 'Second' }],
  });
  const { wizardItems: two } = await page.send('wizardGroup', { wizardGroupUuid });
  expect(two.map(({ wizardTitle }: { wizardTitle: string }) => wizardTitle)).toEqual(['Contact', 'Second']);
  expect(two[0].wizardUuid).toBe(wizardItems[0].wizardUuid);
  expect((await page.send('elementList', { pageNumber: 1, limit: 20 })).total).toBe(2);
  // The list is asked with a variable that its document does not declare.
  expect(
    (await page.send('wizardGroupList', { pageNumber: 1, limit: 5, statuses: ['active'] })).wizardGroupList,
  ).toEqual([expect.objectContaining({ wizardGroupUuid, weight: 1 })]);
  await page.send('insertUpdateWizardGroup', { ...group, wizardGroupUuid, wizardGroupName: 'Renamed' });

  // A question, answered as the runner would, and the thread as the console shows it.
  const { data, errors } = await api.withKey('neprodai')(
    `{ askModel(agentUuid: "${agentUuid}", userQuery: "Where is it?", updatedBy: "neprodai") { threadUuid asyncTaskUuid currentRunUuid } }`,
  );
  expect(errors).toBeUndefined();
  const { threadUuid, asyncTaskUuid, currentRunUuid: runUuid } = data.askModel;
  await answered(api.models, partition, threadUuid, runUuid, asyncTaskUuid);
  const threads = await page.send('threadList', { pageNumber: 1, limit: 20, agentUuid });
  expect(threads).toMatchObject({
    total: 1,
    threadList: [{ threadUuid, agent: { agentName: 'Shop agent 2' } }],
  });
  const thread = await page.send('thread', { threadUuid });
  const tokens = { runUuid, promptTokens: 7, completionTokens: 5, totalTokens: 12 };
  expect(thread.messages.map(({ message }: { message: object }) => message)).toEqual([
    { run: tokens, role: 'user', content: 'Where is it?' },
    { run: {}, role: 'developer', content: expect.stringContaining('"name": "find"') },
    { run: tokens, role: 'assistant', content: 'On its way.' },
  ]);
  expect(thread.toolCalls).toEqual([expect.objectContaining({ name: 'find', status: 'initial' })]);
  expect((await page.send('asyncTaskList', { pageNumber: 1, limit: 20 })).asyncTaskList).toEqual([
    expect.objectContaining({
      asyncTaskUuid,
      status: 'completed',
      result: 'On its way.',
      arguments: expect.objectContaining({
        agentUuid,
        runUuid,
        threadUuid,
        userQuery: 'Where is it?',
        stream: false,
      }),
    }),
  ]);

  // A picture of the group, and the archive.
  const objectKey = 'confirmation_image/0-a.png';
  expect(
    await page.send('presignedAwsS3Url', { clientMethod: 'get_object', objectKey, expiration: 518_400 }),
  ).toEqual({ url: expect.stringContaining('X-Amz-Signature'), objectKey, expiration: 518_400 });
  await page.send('insertUpdateAgent', {
    ...agentValues,
    agentVersionUuid: agent.agentVersionUuid,
    status: 'inactive',
  });
  expect(await find(['active'])).toMatchObject({ total: 0, agentList: [] });
  expect(await page.send('agent', { agentUuid })).toBeNull();
  expect(await page.send('deleteWizardGroup', { wizardGroupUuid })).toEqual({ ok: true });
  expect(await page.send('deleteMcpServer', mcpServer)).toEqual({ ok: true });
  expect(await page.send('deleteUiComponent', uiComponent)).toEqual({ ok: true });
  for (const list of ['flowSnippetList', 'promptTemplateList', 'mcpServerList', 'uiComponentList']) {
    expect(await page.send(list, { pageNumber: 1, limit: 15 })).toMatchObject({
      pageNumber: 1,
      pageSize: 15,
      total: expect.any(Number),
    });
  }
  expect(page.sent.size).toBe(documents.length);
});
