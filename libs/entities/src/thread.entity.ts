import { engineText, text, timestamp } from './attribute.ts';
import { partitionAttributes } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/** A conversation of a user with an agent. Owns runs, messages and tool calls. */
export const thread = defineEntity({
  name: 'thread',
  typeName: 'Thread',
  table: 'threads',
  scope: 'partition',
  key: { hash: 'partitionKey', range: 'threadUuid', format: 'digits20' },
  attributes: {
    ...partitionAttributes,
    threadUuid: engineText,
    agentUuid: text.required(),
    userId: text.optional(),
    createdAt: timestamp,
  },
  indexes: {
    byAgentUuid: { name: 'agent_uuid-index', kind: 'local', range: 'agentUuid' },
    // Named after an attribute threads do not have. An index cannot be renamed: the data is stored so.
    byCreatedAt: { name: 'updated_at-index', kind: 'local', range: 'createdAt' },
  },
  list: {
    index: 'byCreatedAt',
    order: 'descending',
    between: 'createdAt',
    selectors: { agentUuid: 'byAgentUuid' },
    filters: { userId: { test: 'equals', attribute: 'userId' } },
  },
  insertOnly: true,
});
export type Thread = ItemOf<typeof thread>;
