import { DEVELOPMENT } from '@agent-engine/config';
import { AppError } from '@agent-engine/errors';
import { createModels, everyone, type Models } from '@agent-engine/models';
import { Partition } from '@agent-engine/partition';
import { DEMO_TENANTS, type DemoTenant } from './demo-tenants.ts';
import type { Infrastructure } from './infrastructure.ts';

const LLM = { llmProvider: 'openai', llmName: 'gpt' };
/** Under these names llm rows know the handler of OpenAI's Responses API. */
const HANDLER = { moduleName: 'openai_agent_handler', className: 'OpenAIEventHandler' };
const MODEL = 'gpt-4.1-mini';
const AGENT_UUID = 'agent-demo-support';
/** Rows of ours have fixed ids, so that a second start finds those of the first. */
const AGENT_VERSION_UUID = '10000000000000000001';
const MCP_SERVER_UUID = '10000000000000000002';
const updatedBy = 'local-stack';

/** Two tenants with a model, an agent and a tool server each. Rows that exist stay as somebody may have changed them. */
export async function seed({ aws, database }: Infrastructure, mcpServerUrl: string): Promise<void> {
  const models = createModels(aws, database);
  await ifMissing(models.llm.create(everyone, { ...LLM, ...HANDLER, updatedBy }));
  await Promise.all(DEMO_TENANTS.map((tenant) => seedTenant(models, tenant, mcpServerUrl)));
}

async function seedTenant(models: Models, tenant: DemoTenant, mcpServerUrl: string): Promise<void> {
  const partition = Partition.of(DEVELOPMENT.endpointId, tenant.partId);
  await placeMcpServer(models, partition, mcpServerUrl);
  const { items } = await models.agent.list(partition, { agentUuid: AGENT_UUID, limit: 1 });
  if (items.length > 0) return;
  await ifMissing(
    models.agent.create(partition, {
      ...LLM,
      agentVersionUuid: AGENT_VERSION_UUID,
      agentUuid: AGENT_UUID,
      agentName: 'Support',
      instructions: tenant.instructions,
      configuration: { model: MODEL },
      mcpServerUuids: [MCP_SERVER_UUID],
      updatedBy,
    }),
  );
}

/** The stand-in has another port at every start, so a kept row has to follow it. */
async function placeMcpServer(models: Models, partition: Partition, mcpServerUrl: string): Promise<void> {
  const key = { mcpServerUuid: MCP_SERVER_UUID };
  const found = await models.mcpServer.get(partition, key);
  if (!found) {
    const row = { ...key, mcpLabel: 'orders', mcpServerUrl, updatedBy };
    await ifMissing(models.mcpServer.create(partition, row));
  } else if (found.mcpServerUrl !== mcpServerUrl) {
    await models.mcpServer.update(partition, key, { mcpServerUrl, updatedBy });
  }
}

async function ifMissing(creating: Promise<unknown>): Promise<void> {
  try {
    await creating;
  } catch (error) {
    if (!AppError.is(error, 'entity.conflict')) throw error;
  }
}
