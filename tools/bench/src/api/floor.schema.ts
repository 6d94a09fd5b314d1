import { buildSchema, GraphQLScalarType } from 'graphql';

/** The part of the contract that the measured query uses, and a few fields more as any server has. */
export const floorSchema = buildSchema(`
  scalar DateTime
  scalar JSONCamelCase
  type LlmType { llmProvider: String llmName: String moduleName: String className: String }
  type MCPServerType { mcpServerUuid: String mcpLabel: String mcpServerUrl: String }
  type AgentType {
    agentVersionUuid: String agentUuid: String agentName: String agentDescription: String llmProvider: String
    llmName: String instructions: String configuration: JSONCamelCase numOfMessages: Int toolCallRole: String
    status: String createdAt: DateTime updatedAt: DateTime llm: LlmType mcpServers: [MCPServerType]
  }
  type AgentListType { pageSize: Int agentList: [AgentType] }
  type Query { agentList(limit: Int): AgentListType }
`);

const json = floorSchema.getType('JSONCamelCase');
const dateTime = floorSchema.getType('DateTime');
if (json instanceof GraphQLScalarType) json.serialize = camelKeys;
if (dateTime instanceof GraphQLScalarType) dateTime.serialize = (value) => String(value).slice(0, -5);

export const camelKey = (key: string): string =>
  key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [camelKey(key), camelKeys(entry)]));
}
