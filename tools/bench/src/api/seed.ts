import { everyone, type Models } from '@agent-engine/models';
import { Partition } from '@agent-engine/partition';
import { ENDPOINT_ID, PART_ID } from './query.ts';

const AGENTS = 100;
const LLM_NAMES = ['gpt-4.1', 'gpt-4.1-mini', 'o4-mini'];
const MCP_SERVERS = 5;
const author = { updatedBy: 'bench' };

/** A partition with one full page of agents, each with a model and two or three of five tool servers. */
export async function seed(models: Models): Promise<void> {
  const partition = Partition.of(ENDPOINT_ID, PART_ID);
  for (const llmName of LLM_NAMES) {
    const handler = { moduleName: 'openai_agent_handler', className: 'OpenAIEventHandler' };
    await models.llm.create(everyone, { llmProvider: 'openai', llmName, ...handler, ...author });
  }
  const servers: string[] = [];
  for (let i = 0; i < MCP_SERVERS; i++) {
    const server = { mcpLabel: `tools ${i}`, mcpServerUrl: `https://tools-${i}.example.com/mcp` };
    const { mcpServerUuid } = await models.mcpServer.create(partition, { ...server, ...author });
    servers.push(mcpServerUuid);
  }
  for (let i = 0; i < AGENTS; i++) {
    await models.agent.create(partition, {
      agentUuid: `agent-1790000000-${String(i).padStart(8, '0')}`,
      agentName: `Agent ${i}`,
      agentDescription: 'Answers questions about orders.',
      llmProvider: 'openai',
      llmName: LLM_NAMES[i % LLM_NAMES.length],
      instructions: 'You are a friendly assistant of a shop. Look orders up before you answer. '.repeat(6),
      configuration: {
        model: LLM_NAMES[i % LLM_NAMES.length],
        temperature: 0.2,
        max_output_tokens: 2048,
        parallel_tool_calls: true,
        text: { format: { type: 'text' } },
        tools: [{ type: 'web_search_preview', search_context_size: 'low' }],
      },
      mcpServerUuids: Array.from({ length: 2 + (i % 2) }, (_, n) => servers[(i + n) % MCP_SERVERS]),
      ...author,
    });
  }
}
