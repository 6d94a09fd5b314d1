/** What a console's agent page reads: a full page with both relations. */
export const QUERY = `query {
  agentList(limit: 100) {
    pageSize
    agentList {
      agentVersionUuid agentUuid agentName agentDescription instructions
      configuration numOfMessages toolCallRole status createdAt updatedAt
      llm { llmName className }
      mcpServers { mcpLabel mcpServerUrl }
    }
  }
}`;

export const ENDPOINT_ID = 'gpt';
export const PART_ID = 'bench';
export const PATH = `/${ENDPOINT_ID}/ai_agent_core_graphql`;
