import { readFile } from 'node:fs/promises';
import { createTables, everyone, Models } from '@agent-engine/models';
import { Partition } from '@agent-engine/partition';
import { testDatabase } from '@agent-engine/testing';
import { readSeedFile } from './read-seed-file.ts';
import { seed, type SeedOptions } from './seed.ts';

const naming = { tablePrefix: 'aace-', tenantTableSuffix: '' };
const acme = Partition.of('gpt', 'acme');
const ACME = { endpointId: 'gpt', partId: 'acme' };

let models: Models;
beforeEach(async () => {
  const { client } = testDatabase();
  await createTables(client, naming);
  models = new Models({ client, naming });
});

const run = (yaml: string, options: SeedOptions = ACME) =>
  seed(models, readSeedFile(yaml, { file: 'f.yaml' }), options);

const EVERYTHING = `
llms:
  - { llmProvider: openai, llmName: gpt, moduleName: m, className: c, configurationSchema: { type: object } }
uiComponents:
  - { uiComponentType: wizard_group, tagName: order-form, parameters: [{ name: id, parameter: order }] }
wizardSchemas:
  - wizardSchemaType: form
    wizardSchemaName: formFields
    attributes:
      - { name: title, attribute_type: text, required: true }
    attributeGroups: [{ name: main, label: Main }]
mcpServers:
  - { mcpLabel: orders, mcpServerUrl: https://mcp.example/, headers: { X-Shop-Key: k } }
promptTemplates:
  - promptType: system_prompt
    promptName: Helpdesk
    templateContext: "Do this: {flow_snippet}"
    mcpServers: [orders]
    uiComponents: [order-form]
flowSnippets:
  - { flowName: Greeting, promptTemplate: Helpdesk, flowContext: greet first, enabledTools: [find] }
agents:
  - { agentName: Support, llmProvider: openai, llmName: gpt, instructions: Help., mcpServers: [orders], configuration: { model: x } }
  - { agentName: Guide, llmProvider: openai, llmName: gpt, flowSnippet: Greeting, configuration: { model: x } }
`;

const agents = async () => (await models.agent.list(acme)).items;

describe('seeding', () => {
  it('writes every kind of row, with references as ids', async () => {
    expect(await run(EVERYTHING)).toEqual({ created: 8, updated: 0, unchanged: 0 });
    const [server] = (await models.mcpServer.list(acme)).items;
    const [component] = (await models.uiComponent.list(everyone, { uiComponentType: 'wizard_group' })).items;
    const [template] = (await models.promptTemplate.list(acme)).items;
    expect(template).toMatchObject({
      mcpServers: [{ mcp_server_uuid: server?.mcpServerUuid }],
      uiComponents: [{ ui_component_type: 'wizard_group', ui_component_uuid: component?.uiComponentUuid }],
      updatedBy: 'seed',
    });
    const mcpServerUuids = [server?.mcpServerUuid];
    const configuration = { model: 'x' };
    expect((await agents()).toSorted((a, b) => (a.agentName < b.agentName ? 1 : -1))).toMatchObject([
      { agentName: 'Support', instructions: 'Help.', mcpServerUuids, configuration },
      {
        agentName: 'Guide',
        instructions: 'Do this: greet first',
        mcpServerUuids,
        configuration: { ...configuration, enabled_tools: ['find'] },
      },
    ]);
  });

  it('changes nothing the second time', async () => {
    await run(EVERYTHING);
    const before = await agents();
    expect(await run(EVERYTHING)).toEqual({ created: 0, updated: 0, unchanged: 8 });
    expect(await agents()).toEqual(before);
  });

  it('updates in place what the file says differently, without a new version', async () => {
    await run(EVERYTHING);
    const [before] = await agents().then((all) => all.filter(({ agentName }) => agentName === 'Support'));
    const changed = EVERYTHING.replace('instructions: Help.', 'instructions: Help more.').replace(
      'label: Main',
      'label: First',
    );
    expect(await run(changed)).toEqual({ created: 0, updated: 2, unchanged: 6 });
    const after = await agents();
    expect(after).toHaveLength(2);
    expect(after).toContainEqual({
      ...before,
      instructions: 'Help more.',
      updatedAt: expect.any(String),
    });
  });

  it('leaves rows alone that somebody has changed, if told to', async () => {
    await run(EVERYTHING);
    const changed = EVERYTHING.replace('instructions: Help.', 'instructions: Help more.');
    expect(await run(changed, { ...ACME, keepExisting: true })).toMatchObject({ updated: 0, unchanged: 8 });
  });

  it('keeps the tenants of a file apart, and takes the ids it names', async () => {
    const yaml = `
partitions:
  - partId: acme
    agents: [{ agentUuid: agent-x, agentName: A, llmProvider: p, llmName: n }]
  - partId: globex
    agents: [{ agentUuid: agent-x, agentName: G, llmProvider: p, llmName: n }]
`;
    // Two stacks that start at once on the same database.
    await Promise.all([run(yaml, { endpointId: 'gpt' }), run(yaml, { endpointId: 'gpt' })]);
    expect((await models.agent.list(acme)).items).toHaveLength(1);
    expect(await run(yaml, { endpointId: 'gpt' })).toEqual({ created: 0, updated: 0, unchanged: 2 });
    const names = [acme, Partition.of('gpt', 'globex')].map(
      async (partition) => (await models.agent.active(partition, 'agent-x'))?.agentName,
    );
    expect(await Promise.all(names)).toEqual(['A', 'G']);
  });
});

describe('a problem', () => {
  it.each([
    [
      'a field that is missing',
      'llms:\n  - llmProvider: p\n    llmName: n\n    className: c',
      ['f.yaml:2: llms[0].moduleName: '],
    ],
    [
      'a field nobody knows',
      'mcpServers:\n  - mcpLabel: x\n    mcpServerUrl: u\n    url: u',
      ['f.yaml:4: mcpServers[0].url: is no field'],
    ],
    [
      'a wrong type',
      'agents:\n  - agentName: A\n    llmProvider: p\n    llmName: n\n    numOfMessages: many',
      ['f.yaml:5: agents[0].numOfMessages: '],
    ],
    [
      'a key no shape has',
      'wizardSchemas:\n- wizardSchemaType: t\n  wizardSchemaName: n\n  attributes:\n  - name: x\n    attributeType: t',
      [
        'f.yaml:5: wizardSchemas[0].attributes[0].attribute_type: ',
        'f.yaml:6: wizardSchemas[0].attributes[0].attributeType: is no field',
      ],
    ],
    ['a section nobody knows', 'llms: []\nthreads: []', ['f.yaml:2: threads: is no field']],
    ['what is no YAML', 'llms:\n  - {', ['f.yaml:']],
    [
      'a variable without a value',
      'mcpServers:\n  - mcpLabel: x\n    mcpServerUrl: ${URL}',
      ['f.yaml:3: ${URL} has no value'],
    ],
    [
      'instructions beside a flow',
      'agents:\n  - agentName: A\n    llmProvider: p\n    llmName: n\n    flowSnippet: F\n    instructions: I',
      ['f.yaml:6: agents[0].instructions: follows from flowSnippet'],
    ],
    [
      'a reference to nothing',
      'agents:\n  - agentName: A\n    llmProvider: p\n    llmName: n\n    mcpServers: [none]',
      ['f.yaml:5: agents[0].mcpServers: there is no mcpServer none'],
    ],
    [
      'a bad tenant',
      'partitions:\n  - endpointId: a#b\n    partId: p',
      ['f.yaml:2: partitions[0]: endpoint_id must not contain'],
    ],
  ])('with %s names file, line and field', async (_what, yaml, messages) => {
    const text = await Promise.resolve()
      .then(() => run(yaml))
      .then(
        () => '',
        ({ name, message }: Error) => `${name}\n${message}`,
      );
    expect(text).toMatch(/^SeedProblem\n/);
    for (const message of messages) expect(text).toContain(message);
  });

  it('is a tenant that nobody names', async () => {
    await expect(run('agents: [{ agentName: A, llmProvider: p, llmName: n }]', {})).rejects.toThrow(
      'f.yaml:1: agents: whose this is must be said',
    );
  });
});

it('the demo file has all the console needs', async () => {
  const yaml = await readFile(new URL('../../local-stack/demo.yaml', import.meta.url), 'utf8');
  const demo = readSeedFile(yaml, {
    file: 'demo.yaml',
    variables: { DEMO_MCP_URL: 'http://127.0.0.1:1/mcp' },
  });
  await seed(models, demo);
  expect(await seed(models, demo)).toMatchObject({ created: 0, updated: 0 });
  const schemas = ['formFields', 'multipleChoice', 'fileUploader', 'scheduler', 'confirmation'];
  const { items } = await models.wizardSchema.list(everyone, { wizardSchemaType: 'form' });
  expect(items.map(({ wizardSchemaName }) => wizardSchemaName).toSorted()).toEqual(schemas.toSorted());
  expect(await models.llm.get(everyone, { llmProvider: 'openai', llmName: 'gpt' })).toBeDefined();
});
