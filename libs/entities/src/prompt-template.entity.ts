import { engineText, jsonList, text } from './attribute.ts';
import { auditAttributes, partitionAttributes } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';
import { versionStatus } from './status.attributes.ts';

/** One version of a prompt: text with placeholders, and the servers and components it counts on. */
export const promptTemplate = defineEntity({
  name: 'promptTemplate',
  typeName: 'PromptTemplate',
  table: 'prompt_templates',
  scope: 'partition',
  key: { hash: 'partitionKey', range: 'promptVersionUuid', format: 'digits20' },
  attributes: {
    ...partitionAttributes,
    promptVersionUuid: engineText,
    promptUuid: engineText,
    promptType: text.required(),
    promptName: text.required(),
    promptDescription: text.optional(),
    templateContext: text.required(),
    variables: jsonList.default([]),
    mcpServers: jsonList.default([]),
    uiComponents: jsonList.default([]),
    status: versionStatus,
    ...auditAttributes,
  },
  indexes: {
    byPromptUuid: { name: 'prompt_uuid-index', kind: 'local', range: 'promptUuid' },
    byPromptType: { name: 'prompt_type-index', kind: 'local', range: 'promptType' },
    byUpdatedAt: { name: 'updated_at-index', kind: 'local', range: 'updatedAt' },
  },
  list: {
    index: 'byUpdatedAt',
    order: 'ascending',
    between: 'updatedAt',
    selectors: { promptUuid: 'byPromptUuid', promptType: 'byPromptType' },
    filters: {
      promptName: { test: 'contains', attribute: 'promptName' },
      statuses: { test: 'oneOf', attribute: 'status' },
    },
  },
  versioning: { family: 'promptUuid', familyIndex: 'byPromptUuid', prefix: 'prompt', name: 'promptName' },
  nullString: true,
});
export type PromptTemplate = ItemOf<typeof promptTemplate>;
