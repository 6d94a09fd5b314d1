import { everyone, type Models, type Values } from '@agent-engine/models';
import { Partition } from '@agent-engine/partition';

const COUNT = 100;
const updatedBy = 'seed';

/** 100 rows of every entity, each of them with another row behind each of its relations. @returns what lists need */
export async function hundredRows(models: Models, partId: string): Promise<Record<string, Values>> {
  const partition = Partition.of('gpt', partId);
  const each = <T>(create: (i: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: COUNT }, (_, i) => create(i)));
  const at = <T>(rows: readonly T[], i: number): T => rows[i % rows.length] as T;

  const llms = await each((i) =>
    models.llm.create(everyone, {
      llmProvider: partId,
      llmName: `model-${i}`,
      moduleName: 'm',
      className: 'c',
      updatedBy,
    }),
  );
  const servers = await each((i) =>
    // Nobody may be asked there: their tools cost no call of the database either way.
    models.mcpServer.create(partition, { mcpLabel: `${i}`, mcpServerUrl: 'http://127.0.0.1:9', updatedBy }),
  );
  const components = await each((i) =>
    models.uiComponent.create(everyone, { uiComponentType: partId, tagName: `tag-${i}`, updatedBy }),
  );
  const templates = await each((i) =>
    models.promptTemplate.create(partition, {
      promptType: 'system_prompt',
      promptName: `${i}`,
      templateContext: '',
      mcpServers: [{ mcp_server_uuid: at(servers, i + 1).mcpServerUuid }],
      uiComponents: [{ ui_component_type: partId, ui_component_uuid: at(components, i).uiComponentUuid }],
      updatedBy,
    }),
  );
  const flows = await each((i) =>
    models.flowSnippet.create(partition, {
      flowName: `${i}`,
      promptUuid: at(templates, i % 2).promptUuid,
      updatedBy,
    }),
  );
  const agents = await each((i) =>
    models.agent.create(partition, {
      agentName: `${i}`,
      llmProvider: partId,
      llmName: at(llms, i).llmName,
      mcpServerUuids: [at(servers, i).mcpServerUuid],
      flowSnippetVersionUuid: at(flows, i).flowSnippetVersionUuid,
      updatedBy,
    }),
  );
  const threads = await each((i) => models.thread.create(partition, { agentUuid: at(agents, i).agentUuid }));
  const threadUuid = at(threads, 0).threadUuid;
  const owner = await models.ownerOf(partition, threadUuid);
  if (!owner) throw new Error('the thread just created is not there');
  const runs = await each(() => models.run.create(owner, { updatedBy }));
  await each((i) =>
    models.message.create(owner, { runUuid: at(runs, i).runUuid, role: 'user', message: 'm', updatedBy }),
  );
  await each((i) =>
    models.toolCall.create(owner, { runUuid: at(runs, i).runUuid, toolType: 't', name: 'n', updatedBy }),
  );
  await each(() => models.asyncTask.create(partition, { functionName: partId, updatedBy }));
  const { agentUuid } = at(agents, 0);
  await each((i) =>
    models.fineTuningMessage.create(partition, {
      agentUuid,
      messageUuid: `${i}`,
      threadUuid,
      role: 'user',
      updatedBy,
    }),
  );
  await wizards(models, partition, each);
  return {
    runList: { threadUuid },
    messageList: { threadUuid },
    toolCallList: { threadUuid },
    fineTuningMessageList: { agentUuid },
    llmList: { llmProvider: partId },
    uiComponentList: { uiComponentType: partId },
    wizardSchemaList: { wizardSchemaType: partId },
  };
}

async function wizards(
  models: Models,
  partition: Partition,
  each: <T>(create: (i: number) => Promise<T>) => Promise<T[]>,
): Promise<void> {
  await each(async (i) => {
    const { elementUuid } = await models.element.create(partition, {
      dataType: 'text',
      elementTitle: `${i}`,
      attributeName: 'a',
      attributeType: 't',
      updatedBy,
    });
    const schema = await models.wizardSchema.create(everyone, {
      wizardSchemaType: partition.partId,
      wizardSchemaName: `${i}`,
      updatedBy,
    });
    const { wizardUuid } = await models.wizard.create(partition, {
      wizardTitle: `${i}`,
      wizardType: 'form',
      wizardSchemaType: schema.wizardSchemaType,
      wizardSchemaName: schema.wizardSchemaName,
      wizardElements: [{ element_uuid: elementUuid }],
      updatedBy,
    });
    const { wizardGroupUuid } = await models.wizardGroup.create(partition, {
      wizardGroupName: `${i}`,
      wizardUuids: [wizardUuid],
      updatedBy,
    });
    await models.wizardGroupFilter.create(partition, {
      wizardGroupFilterName: `${i}`,
      region: 'r',
      wizardGroupUuid,
      updatedBy,
    });
  });
}
