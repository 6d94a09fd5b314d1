import { GetItemCommand, PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { entities, tableName } from '@agent-engine/entities';
import { everyone } from '@agent-engine/models';
import { acme, dataFixture, type DataFixture, naming } from './database.fixture.ts';

/** Rows in the exact form other engines on the same data write and expect. */

let data: DataFixture;
beforeAll(async () => {
  data = await dataFixture();
});

const clock = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000$/);
const put = (TableName: string, Item: Record<string, AttributeValue>) =>
  data.client.send(new PutItemCommand({ TableName, Item }));
const get = async (TableName: string, Key: Record<string, AttributeValue>) =>
  (await data.client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;

describe('stored form', () => {
  it('writes an agent byte for byte as the reference engine does', async () => {
    const created = await data.models.agent.save(acme, {
      agentName: 'Support',
      llmProvider: 'openai',
      llmName: 'gpt',
      instructions: '',
      configuration: {
        model: 'gpt-5',
        temperature: 0.5,
        max_output_tokens: 4096,
        tools: [],
        enabled: true,
        seed: null,
      },
      variables: [{ name: 'tone', value: 'kind' }],
      mcpServerUuids: ['00000000000000000001'],
      updatedBy: 'Admin',
    });
    const stored = await get('aace-agents', {
      partition_key: { S: 'gpt#acme' },
      agent_version_uuid: { S: created.agentVersionUuid },
    });
    expect(stored).toEqual({
      partition_key: { S: 'gpt#acme' },
      endpoint_id: { S: 'gpt' },
      part_id: { S: 'acme' },
      agent_version_uuid: { S: expect.stringMatching(/^\d{20}$/) },
      agent_uuid: { S: expect.stringMatching(/^agent-\d+-[0-9a-f]{8}$/) },
      agent_name: { S: 'Support' },
      llm_provider: { S: 'openai' },
      llm_name: { S: 'gpt' },
      instructions: { S: '' },
      configuration: {
        M: {
          model: { S: 'gpt-5' },
          temperature: { N: '0.5' },
          max_output_tokens: { N: '4096' },
          tools: { L: [] },
          enabled: { BOOL: true },
          seed: { NULL: true },
        },
      },
      mcp_server_uuids: { L: [{ S: '00000000000000000001' }] },
      variables: { L: [{ M: { name: { S: 'tone' }, value: { S: 'kind' } } }] },
      num_of_messages: { N: '10' },
      tool_call_role: { S: 'developer' },
      status: { S: 'active' },
      updated_by: { S: 'Admin' },
      created_at: { S: clock },
      updated_at: { S: clock },
    });
  });

  it('reads an agent of the reference engine: NULLs, floats, lost and extra attributes, camelCase JSON', async () => {
    await put('aace-agents', {
      partition_key: { S: 'gpt#acme' },
      agent_version_uuid: { S: '12345678901234567890' },
      endpoint_id: { S: 'gpt' },
      agent_uuid: { S: 'agent-1733990400-0a1b2c3d' },
      agent_name: { S: 'Old' },
      llm_provider: { S: 'openai' },
      llm_name: { S: 'gpt' },
      configuration: { M: { maxTokens: { N: '17.0' }, big: { N: '12345678901234567890' } } },
      num_of_messages: { NULL: true },
      functions: { M: {} },
      status: { S: 'active' },
      updated_by: { S: 'x' },
      created_at: { S: '2025-12-12T08:00:00.000000+0000' },
      updated_at: { S: '2025-12-12T08:00:00.000001+0000' },
    });
    expect(await data.models.agent.get(acme, { agentVersionUuid: '12345678901234567890' })).toEqual({
      partitionKey: 'gpt#acme',
      agentVersionUuid: '12345678901234567890',
      endpointId: 'gpt',
      partId: null,
      agentUuid: 'agent-1733990400-0a1b2c3d',
      agentName: 'Old',
      agentDescription: null,
      llmProvider: 'openai',
      llmName: 'gpt',
      instructions: null,
      configuration: { maxTokens: 17, big: '12345678901234567890' },
      mcpServerUuids: [],
      variables: [],
      numOfMessages: 10,
      toolCallRole: 'developer',
      flowSnippetVersionUuid: null,
      status: 'active',
      updatedBy: 'x',
      updatedSubject: null,
      createdAt: '2025-12-12T08:00:00.000000+0000',
      updatedAt: '2025-12-12T08:00:00.000001+0000',
    });
  });

  it('reads children of a thread that carry no partition of their own', async () => {
    const thread = await data.models.thread.create(acme, { agentUuid: 'agent-1' });
    const owner = await data.models.ownerOf(acme, thread.threadUuid);
    await put('aace-messages', {
      thread_uuid: { S: thread.threadUuid },
      message_uuid: { S: '1' },
      run_uuid: { S: '2' },
      role: { S: 'user' },
      message: { S: '2025-01-02' },
      updated_by: { S: 'x' },
      created_at: { S: '2025-12-12T08:00:00.000000+0000' },
      updated_at: { S: '2025-12-12T08:00:00.000000+0000' },
    });
    expect(owner && (await data.models.message.list(owner, {})).items).toMatchObject([
      { message: '2025-01-02', messageId: null, partitionKey: null },
    ]);
  });

  it('writes a run, a tool call and a task with every default spelled out', async () => {
    const thread = await data.models.thread.create(acme, { agentUuid: 'agent-1' });
    const owner = await data.models.ownerOf(acme, thread.threadUuid);
    if (!owner) throw new Error('no owner');
    const run = await data.models.run.create(owner, { updatedBy: 'x' });
    const toolCall = await data.models.toolCall.create(owner, {
      runUuid: run.runUuid,
      toolType: 'function',
      name: 'f',
      updatedBy: 'x',
    });
    const task = await data.models.asyncTask.create(acme, {
      functionName: 'f',
      arguments: { a: 1 },
      updatedBy: 'x',
    });
    const tenant = { partition_key: { S: 'gpt#acme' }, endpoint_id: { S: 'gpt' }, part_id: { S: 'acme' } };
    const audit = { updated_by: { S: 'x' }, created_at: { S: clock }, updated_at: { S: clock } };
    expect(
      await get('aace-runs', { thread_uuid: { S: run.threadUuid }, run_uuid: { S: run.runUuid } }),
    ).toEqual({
      ...tenant,
      ...audit,
      thread_uuid: { S: run.threadUuid },
      run_uuid: { S: run.runUuid },
      completion_tokens: { N: '0' },
      prompt_tokens: { N: '0' },
      total_tokens: { N: '0' },
    });
    expect(
      await get('aace-tool_calls', {
        thread_uuid: { S: run.threadUuid },
        tool_call_uuid: { S: toolCall.toolCallUuid },
      }),
    ).toMatchObject({ ...tenant, ...audit, status: { S: 'initial' } });
    expect(
      await get('aace-async_tasks', {
        function_name: { S: 'f' },
        async_task_uuid: { S: task.asyncTaskUuid },
      }),
    ).toMatchObject({
      ...tenant,
      ...audit,
      status: { S: 'initial' },
      output_files: { L: [] },
      arguments: { M: { a: { N: '1' } } },
    });
  });

  it('writes a thread with nothing but what a thread has', async () => {
    const thread = await data.models.thread.create(acme, { agentUuid: 'agent-1', userId: 'u' });
    expect(
      await get('aace-threads', { partition_key: { S: 'gpt#acme' }, thread_uuid: { S: thread.threadUuid } }),
    ).toEqual({
      partition_key: { S: 'gpt#acme' },
      endpoint_id: { S: 'gpt' },
      part_id: { S: 'acme' },
      thread_uuid: { S: thread.threadUuid },
      agent_uuid: { S: 'agent-1' },
      user_id: { S: 'u' },
      created_at: { S: clock },
    });
  });

  it('keeps names, key schemas and indexes of the tables', async () => {
    const described = await Promise.all(
      entities.map(async (definition) => {
        const { Table } = await data.client.send(
          new DescribeTableCommand({ TableName: tableName(definition, naming) }),
        );
        const keys = (schema = Table?.KeySchema) =>
          schema?.map(({ AttributeName }) => AttributeName).join(' / ');
        const indexes = [...(Table?.LocalSecondaryIndexes ?? []), ...(Table?.GlobalSecondaryIndexes ?? [])];
        return [
          `${Table?.TableName}: ${keys()}`,
          ...indexes
            .map(
              (index) =>
                `  ${index.IndexName}: ${keys(index.KeySchema)} (${index.Projection?.ProjectionType})`,
            )
            .sort(),
        ].join('\n');
      }),
    );
    expect(described.sort().join('\n')).toMatchInlineSnapshot(`
     "aace-agents: partition_key / agent_version_uuid
       agent_uuid-index: partition_key / agent_uuid (ALL)
       updated_at-index: partition_key / updated_at (ALL)
     aace-async_tasks: function_name / async_task_uuid
       partition_key-updated_at-index: partition_key / updated_at (ALL)
     aace-elements: partition_key / element_uuid
       data_type-index: partition_key / data_type (ALL)
       updated_at-index: partition_key / updated_at (ALL)
     aace-fine_tuning_messages: agent_uuid / message_uuid
       thread_uuid-index: agent_uuid / thread_uuid (ALL)
       timestamp-index: agent_uuid / timestamp (ALL)
     aace-flow_snippets: partition_key / flow_snippet_version_uuid
       flow_snippet_uuid-index: partition_key / flow_snippet_uuid (ALL)
       prompt_uuid-index: partition_key / prompt_uuid (ALL)
       updated_at-index: partition_key / updated_at (ALL)
     aace-llms: llm_provider / llm_name
       updated_at-index: llm_provider / updated_at (ALL)
     aace-mcp_servers: partition_key / mcp_server_uuid
       updated_at-index: partition_key / updated_at (ALL)
     aace-messages: thread_uuid / message_uuid
       run_uuid-index: thread_uuid / run_uuid (ALL)
       updated_at-index: thread_uuid / updated_at (ALL)
     aace-prompt_templates: partition_key / prompt_version_uuid
       prompt_type-index: partition_key / prompt_type (ALL)
       prompt_uuid-index: partition_key / prompt_uuid (ALL)
       updated_at-index: partition_key / updated_at (ALL)
     aace-runs: thread_uuid / run_uuid
       updated_at-index: thread_uuid / updated_at (ALL)
     aace-threads: partition_key / thread_uuid
       agent_uuid-index: partition_key / agent_uuid (ALL)
       updated_at-index: partition_key / created_at (ALL)
     aace-tool_calls: thread_uuid / tool_call_uuid
       run_uuid-index: thread_uuid / run_uuid (ALL)
       updated_at-index: thread_uuid / updated_at (ALL)
     aace-ui_components: ui_component_type / ui_component_uuid
       updated_at-index: ui_component_type / updated_at (ALL)
     aace-wizard_group_filters: partition_key / wizard_group_filter_uuid
       updated_at-index: partition_key / updated_at (ALL)
     aace-wizard_groups: partition_key / wizard_group_uuid
       updated_at-index: partition_key / updated_at (ALL)
     aace-wizard_schemas: wizard_schema_type / wizard_schema_name
       updated_at-index: wizard_schema_type / updated_at (ALL)
     aace-wizards: partition_key / wizard_uuid
       updated_at-index: partition_key / updated_at (ALL)"
    `);
  });

  it('upserts natural keys', async () => {
    const key = { llmProvider: 'openai', llmName: 'gpt' };
    const values = { moduleName: 'm', className: 'c', updatedBy: 'x' };
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        data.models.llm.save(everyone, { ...key, ...values, className: `c${i}` }),
      ),
    );
    expect(results.map(({ className }) => className)).toEqual(Array.from({ length: 10 }, (_, i) => `c${i}`));
    expect(new Set(results.map(({ createdAt }) => createdAt)).size).toBe(1);
  });
});
