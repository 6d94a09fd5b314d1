import { engineText, stampText, text, textList } from './attribute.ts';
import { auditAttributes, partitionAttributes } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';
import { versionStatus } from './status.attributes.ts';

/** One version of a flow: the steps that a prompt template is filled with, and how the canvas draws them. */
export const flowSnippet = defineEntity({
  name: 'flowSnippet',
  typeName: 'FlowSnippet',
  table: 'flow_snippets',
  scope: 'partition',
  key: { hash: 'partitionKey', range: 'flowSnippetVersionUuid', format: 'digits20' },
  attributes: {
    ...partitionAttributes,
    flowSnippetVersionUuid: engineText,
    flowSnippetUuid: engineText,
    promptUuid: text.required(),
    flowName: text.required(),
    flowRelationship: text.optional(),
    flowContext: text.optional(),
    enabledTools: textList.optional(),
    status: versionStatus,
    /** The version whose agents are still being taken over from this one. */
    supersededBy: stampText,
    ...auditAttributes,
  },
  indexes: {
    byFlowSnippetUuid: { name: 'flow_snippet_uuid-index', kind: 'local', range: 'flowSnippetUuid' },
    byPromptUuid: { name: 'prompt_uuid-index', kind: 'local', range: 'promptUuid' },
    byUpdatedAt: { name: 'updated_at-index', kind: 'local', range: 'updatedAt' },
  },
  list: {
    index: 'byUpdatedAt',
    order: 'ascending',
    between: 'updatedAt',
    selectors: { flowSnippetUuid: 'byFlowSnippetUuid', promptUuid: 'byPromptUuid' },
    filters: {
      flowName: { test: 'contains', attribute: 'flowName' },
      statuses: { test: 'oneOf', attribute: 'status' },
    },
  },
  versioning: {
    family: 'flowSnippetUuid',
    familyIndex: 'byFlowSnippetUuid',
    prefix: 'flow-snippet',
    name: 'flowName',
  },
  nullString: true,
});
export type FlowSnippet = ItemOf<typeof flowSnippet>;
