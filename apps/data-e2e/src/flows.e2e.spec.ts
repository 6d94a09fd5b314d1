import { acme, dataFixture, type DataFixture, globex } from './database.fixture.ts';

let data: DataFixture;
beforeAll(async () => {
  data = await dataFixture();
});

const by = { updatedBy: 'x' };

async function newFlow(values: object = {}, template: object = {}) {
  const { models } = data;
  const server = await models.mcpServer.create(acme, {
    mcpLabel: 's',
    mcpServerUrl: 'https://mcp.example',
    ...by,
  });
  const prompt = await models.promptTemplate.save(acme, {
    promptType: 'system_prompt',
    promptName: 'P',
    templateContext: 'You are {role}. Do: {flow_snippet} End.',
    variables: [{ name: 'role', data_type: 'string' }, { name: 'tone' }],
    mcpServers: [{ mcp_server_uuid: server.mcpServerUuid }, { mcp_server_uuid: '0' }],
    ...template,
    ...by,
  });
  const flow = await models.flowSnippet.save(acme, {
    promptUuid: prompt.promptUuid,
    flowName: 'F',
    flowContext: 'Greet as {role}, {tone}, {unknown}.',
    enabledTools: ['lookup'],
    ...values,
    ...by,
  });
  return { flow, prompt, server };
}

const agentOf = (values: object) =>
  data.models.agent.save(acme, { agentName: 'A', llmProvider: 'p', llmName: 'n', ...values, ...by });
const activeOf = async (agentUuid: string) => data.models.agent.active(acme, agentUuid);

describe('an agent with a flow', () => {
  const variables = [
    { name: 'role', value: 'a guide {tone}' },
    { name: 'tone', value: '$& kindly' },
    { name: 'other', value: 'x' },
  ];

  it('gets instructions, servers and tools from flow and template, variables filled in inside the flow', async () => {
    const { flow, server } = await newFlow();
    const agent = await agentOf({
      flowSnippetVersionUuid: flow.flowSnippetVersionUuid,
      instructions: 'overwritten',
      mcpServerUuids: ['overwritten'],
      configuration: { model: 'm' },
      variables,
    });
    expect(agent.instructions).toBe(
      'You are {role}. Do: Greet as a guide {tone}, $& kindly, {unknown}. End.',
    );
    expect(agent.mcpServerUuids).toEqual([server.mcpServerUuid]);
    expect(agent.configuration).toEqual({ model: 'm', enabled_tools: ['lookup'] });
  });

  it.each([[''], [null]])('fills in the template itself when the flow is %p', async (flowContext) => {
    const { flow } = await newFlow({ flowContext });
    const agent = await agentOf({ flowSnippetVersionUuid: flow.flowSnippetVersionUuid, variables });
    expect(agent.instructions).toBe('You are a guide {tone}. Do:  End.');
  });

  it('keeps its own instructions when the flow has no active template', async () => {
    const { flow } = await newFlow({ promptUuid: 'prompt-0-none' });
    const agent = await agentOf({
      flowSnippetVersionUuid: flow.flowSnippetVersionUuid,
      instructions: 'mine',
    });
    expect(agent.instructions).toBe('mine');
  });

  it('cannot name a flow of nobody or of another tenant, and is not written then', async () => {
    const { flow } = await newFlow();
    const values = {
      agentName: 'Thief',
      llmProvider: 'p',
      llmName: 'n',
      flowSnippetVersionUuid: flow.flowSnippetVersionUuid,
      ...by,
    };
    await expect(data.models.agent.save(globex, values)).rejects.toMatchObject({ code: 'entity.notFound' });
    expect((await data.models.agent.list(globex, { agentName: 'Thief' })).items).toEqual([]);
  });

  it('only stores the flow when a version is changed in place', async () => {
    const { flow } = await newFlow();
    const { agentVersionUuid } = await agentOf({ instructions: 'mine' });
    const changed = await data.models.agent.save(acme, {
      agentVersionUuid,
      flowSnippetVersionUuid: flow.flowSnippetVersionUuid,
      ...by,
    });
    expect(changed).toMatchObject({
      instructions: 'mine',
      flowSnippetVersionUuid: flow.flowSnippetVersionUuid,
    });
  });
});

describe('a new version of a flow', () => {
  const nextVersion = (flowSnippetUuid: string, values: object = {}) =>
    data.models.flowSnippet.save(acme, { flowSnippetUuid, flowContext: 'Second.', ...values, ...by });

  it('takes all active agents of the old one along, and only those', async () => {
    const { flow } = await newFlow();
    const following = await Promise.all(
      Array.from({ length: 120 }, (_, i) =>
        agentOf({ agentName: `f${i}`, flowSnippetVersionUuid: flow.flowSnippetVersionUuid }),
      ),
    );
    const dropped = await agentOf({
      agentName: 'dropped',
      flowSnippetVersionUuid: flow.flowSnippetVersionUuid,
    });
    await data.models.agent.save(acme, { agentUuid: dropped.agentUuid, flowSnippetVersionUuid: null, ...by });
    const next = await nextVersion(flow.flowSnippetUuid);
    for (const { agentUuid, agentVersionUuid } of following) {
      const active = await activeOf(agentUuid);
      expect(active).toMatchObject({
        flowSnippetVersionUuid: next.flowSnippetVersionUuid,
        instructions: 'You are {role}. Do: Second. End.',
      });
      expect(active?.agentVersionUuid).not.toBe(agentVersionUuid);
    }
    expect((await activeOf(dropped.agentUuid))?.flowSnippetVersionUuid).toBeNull();
    expect((await data.models.agent.list(acme, { agentName: 'dropped' })).items).toHaveLength(2);
  }, 60_000);

  it('does nothing to agents when it is a duplicate or an edit in place', async () => {
    const { flow } = await newFlow();
    const agent = await agentOf({ flowSnippetVersionUuid: flow.flowSnippetVersionUuid });
    const copy = await nextVersion(flow.flowSnippetUuid, { duplicate: true });
    expect(copy.flowSnippetUuid).not.toBe(flow.flowSnippetUuid);
    await data.models.flowSnippet.save(acme, {
      flowSnippetVersionUuid: flow.flowSnippetVersionUuid,
      flowContext: 'Edited.',
      ...by,
    });
    expect(await activeOf(agent.agentUuid)).toEqual(agent);
  });

  it('is finished by the next save if it was interrupted', async () => {
    const { flow } = await newFlow();
    const agents = await Promise.all(
      [1, 2, 3].map((i) =>
        agentOf({ agentName: `i${i}`, flowSnippetVersionUuid: flow.flowSnippetVersionUuid }),
      ),
    );
    const save = data.models.agent.save.bind(data.models.agent);
    let left = 1;
    // The process dies after the first agent.
    data.models.agent.save = (...args) => (left-- > 0 ? save(...args) : Promise.reject(new Error('killed')));
    await expect(nextVersion(flow.flowSnippetUuid)).rejects.toThrow('killed');
    data.models.agent.save = save;
    const third = await nextVersion(flow.flowSnippetUuid, { flowContext: 'Third.' });
    for (const { agentUuid } of agents) {
      expect((await activeOf(agentUuid))?.flowSnippetVersionUuid).toBe(third.flowSnippetVersionUuid);
    }
  });
});

describe('training messages', () => {
  const key = (messageUuid: string) => ({ agentUuid: 'agent-1-train', messageUuid });
  const save = (messageUuid: string, values: object = {}) =>
    data.models.fineTuningMessage.save(acme, {
      ...key(messageUuid),
      threadUuid: 't',
      role: 'user',
      ...values,
      ...by,
    });

  it('are dated when they come, and keep thread and role', async () => {
    const before = Math.floor(Date.now() / 1000);
    const created = await save('1', { weight: 2 });
    expect(created).toMatchObject({ weight: 2, trained: false, partitionKey: 'gpt#acme' });
    expect(created.timestamp).toBeGreaterThanOrEqual(before);
    const changed = await save('1', { threadUuid: 'other', role: 'assistant', content: 'x', trained: true });
    expect(changed).toMatchObject({
      threadUuid: 't',
      role: 'user',
      content: 'x',
      trained: true,
      timestamp: created.timestamp,
    });
  });

  it('are found by one date or two, by thread, role and training', async () => {
    await save('2', { threadUuid: 'u', role: 'assistant', trained: true });
    const list = async (args: object) =>
      (await data.models.fineTuningMessage.list(acme, { agentUuid: 'agent-1-train', ...args })).items
        .map(({ messageUuid }) => messageUuid)
        .sort();
    expect(await list({})).toEqual(['1', '2']);
    expect(await list({ threadUuid: 'u' })).toEqual(['2']);
    expect(await list({ roles: ['user'] })).toEqual(['1']);
    expect(await list({ trained: true, roles: ['assistant'] })).toEqual(['2']);
    expect(await list({ fromDate: '2020-01-01T00:00:00.000000+0000' })).toEqual(['1', '2']);
    expect(await list({ fromDate: '2020-01-01T00:00:00.000000+0000', threadUuid: 'u' })).toEqual(['2']);
    expect(await list({ toDate: '2020-01-01T00:00:00.000000+0000' })).toEqual([]);
    expect(
      await list({ fromDate: '2020-01-01T00:00:00.000000+0000', toDate: '2090-01-01T00:00:00.000000+0000' }),
    ).toEqual(['1', '2']);
  });

  it('of another tenant under the same agent id do not exist', async () => {
    expect((await data.models.fineTuningMessage.list(globex, { agentUuid: 'agent-1-train' })).items).toEqual(
      [],
    );
    await expect(
      data.models.fineTuningMessage.save(globex, { ...key('1'), threadUuid: 't', role: 'user', ...by }),
    ).rejects.toMatchObject({
      code: 'entity.notFound',
    });
  });
});
