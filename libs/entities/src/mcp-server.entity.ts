import { engineText, json, text } from './attribute.ts';
import { auditAttributes, partitionAttributes } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/** A server of tools (Model Context Protocol, streamable HTTP) that agents of the partition may use. */
export const mcpServer = defineEntity({
  name: 'mcpServer',
  typeName: 'MCPServer',
  table: 'mcp_servers',
  scope: 'partition',
  key: { hash: 'partitionKey', range: 'mcpServerUuid', format: 'digits20' },
  attributes: {
    ...partitionAttributes,
    mcpServerUuid: engineText,
    mcpLabel: text.required(),
    mcpServerUrl: text.required(),
    headers: json.default({}, { secret: 'everyValue', verbatimKeys: true }),
    ...auditAttributes,
  },
  indexes: { byUpdatedAt: { name: 'updated_at-index', kind: 'local', range: 'updatedAt' } },
  list: {
    index: 'byUpdatedAt',
    order: 'ascending',
    between: 'updatedAt',
    filters: { mcpLabel: { test: 'equals', attribute: 'mcpLabel' } },
  },
  nullString: true,
});
export type McpServer = ItemOf<typeof mcpServer>;
