import { DEVELOPMENT } from '@agent-engine/config';

const DEFAULT_URL = 'http://127.0.0.1:4000';

/** Three things to try, each a line that can be copied as it is. */
export function tryThis(url: string): string {
  const { endpointId, apiKey, partIds } = DEVELOPMENT;
  const where = url === DEFAULT_URL ? '' : ` --url ${url}`;
  const query = JSON.stringify({
    query:
      '{ agentList { agentList { agentUuid agentName llm { llmProvider llmName } mcpServers { mcpLabel } } } }',
  });
  return `
Try this, in another terminal:

  npm run ask --${where} "What is my order status?"

  curl -s ${url}/${endpointId}/ai_agent_core_graphql -H 'content-type: application/json' -H 'x-api-key: ${apiKey}' -H 'part-id: ${partIds[0]}' -d '${query}'

  ${url}/   in a browser: a chat and a GraphQL IDE
`;
}
