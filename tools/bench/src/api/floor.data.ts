import { BatchGetItemCommand, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import DataLoader from 'dataloader';
import { camelKey } from './floor.schema.ts';

type Row = Record<string, unknown>;

/** Camel-cased once per attribute name, not once per row. */
const names = new Map<string, string>();
function rowOf(item: Parameters<typeof unmarshall>[0]): Row {
  const row: Row = {};
  for (const [name, value] of Object.entries(unmarshall(item))) {
    let field = names.get(name);
    if (field === undefined) names.set(name, (field = camelKey(name)));
    row[field] = value;
  }
  return row;
}

/** One query for the page and, through loaders, one batch per related table: what a page must cost. */
export function floorRoot(client: DynamoDBClient, partitionKey: string) {
  const loader = (table: string, keyOf: (id: string) => Row, idOf: (row: Row) => unknown) =>
    new DataLoader<string, Row | undefined>(async (ids) => {
      const Keys = ids.map((id) => marshall(keyOf(id)));
      const answer = await client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys } } }));
      const rows = new Map((answer.Responses?.[table] ?? []).map(rowOf).map((row) => [idOf(row), row]));
      return ids.map((id) => rows.get(id));
    });
  const llms = loader(
    'aace-llms',
    (llm_name) => ({ llm_provider: 'openai', llm_name }),
    ({ llmName }) => llmName,
  );
  const servers = loader(
    'aace-mcp_servers',
    (mcp_server_uuid) => ({ partition_key: partitionKey, mcp_server_uuid }),
    ({ mcpServerUuid }) => mcpServerUuid,
  );
  return {
    async agentList({ limit }: { limit: number }) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: 'aace-agents',
          IndexName: 'updated_at-index',
          KeyConditionExpression: 'partition_key = :key',
          ExpressionAttributeValues: { ':key': { S: partitionKey } },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      const agentList = Items.map(rowOf).map((row) => ({
        ...row,
        llm: () => llms.load(String(row.llmName)),
        mcpServers: () => servers.loadMany(row.mcpServerUuids as string[]),
      }));
      return { pageSize: limit, agentList };
    },
  };
}
