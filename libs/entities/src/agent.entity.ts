import { engineText, integer, json, jsonList, text, textList } from './attribute.ts';
import { auditAttributes, partitionAttributes } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';
import { versionStatus } from './status.attributes.ts';

/** Settings that hold header names, JSON Schema or a provider's own fields; handlers read them as they were written. */
const IN_OTHERS_WORDS = [
  'headers',
  'extra_headers',
  'extra_query',
  'extra_body',
  'logit_bias',
  'metadata',
  'schema',
  'parameters',
  'input_schema',
];

/** One version of an agent: model, instructions, tools. The active version of `agentUuid` answers questions. */
export const agent = defineEntity({
  name: 'agent',
  typeName: 'Agent',
  table: 'agents',
  scope: 'partition',
  key: { hash: 'partitionKey', range: 'agentVersionUuid', format: 'digits20' },
  attributes: {
    ...partitionAttributes,
    agentVersionUuid: engineText,
    agentUuid: engineText,
    agentName: text.required(),
    agentDescription: text.optional(),
    llmProvider: text.required(),
    llmName: text.required(),
    instructions: text.optional(),
    configuration: json.default({}, { secret: 'credentialKeys', verbatimKeys: IN_OTHERS_WORDS }),
    mcpServerUuids: textList.default([]),
    variables: jsonList.default([]),
    numOfMessages: integer.default(10),
    toolCallRole: text.default('developer'),
    flowSnippetVersionUuid: text.optional(),
    status: versionStatus,
    ...auditAttributes,
  },
  indexes: {
    byAgentUuid: { name: 'agent_uuid-index', kind: 'local', range: 'agentUuid' },
    byUpdatedAt: { name: 'updated_at-index', kind: 'local', range: 'updatedAt' },
  },
  list: {
    index: 'byUpdatedAt',
    order: 'descending',
    between: 'updatedAt',
    selectors: { agentUuid: 'byAgentUuid' },
    filters: {
      agentName: { test: 'contains', attribute: 'agentName' },
      llmProvider: { test: 'equals', attribute: 'llmProvider' },
      llmName: { test: 'equals', attribute: 'llmName' },
      model: { test: 'equals', attribute: 'configuration', path: ['model'] },
      statuses: { test: 'oneOf', attribute: 'status' },
      flowSnippetVersionUuid: { test: 'equals', attribute: 'flowSnippetVersionUuid' },
    },
  },
  versioning: { family: 'agentUuid', familyIndex: 'byAgentUuid', prefix: 'agent', name: 'agentName' },
  nullString: true,
});
export type Agent = ItemOf<typeof agent>;
