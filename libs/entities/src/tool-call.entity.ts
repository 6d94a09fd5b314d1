import { engineText, integer, text } from './attribute.ts';
import { auditAttributes, partitionStamps } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';
import { progressStatus } from './status.attributes.ts';

/** One call of a tool by the model. `arguments` and `content` are JSON text; `timeSpent` is in milliseconds. */
export const toolCall = defineEntity({
  name: 'toolCall',
  typeName: 'ToolCall',
  table: 'tool_calls',
  scope: 'child',
  key: { hash: 'threadUuid', range: 'toolCallUuid', format: 'digits20' },
  attributes: {
    ...partitionStamps,
    threadUuid: engineText,
    toolCallUuid: engineText,
    runUuid: text.required(),
    toolCallId: text.optional(),
    toolType: text.required(),
    name: text.required(),
    arguments: text.optional(),
    content: text.optional(),
    status: progressStatus,
    notes: text.optional(),
    timeSpent: { ...integer.optional(), writable: false },
    ...auditAttributes,
  },
  indexes: {
    byRunUuid: { name: 'run_uuid-index', kind: 'local', range: 'runUuid' },
    byUpdatedAt: { name: 'updated_at-index', kind: 'local', range: 'updatedAt' },
  },
  list: {
    index: 'byUpdatedAt',
    order: 'descending',
    between: 'updatedAt',
    selectors: { runUuid: 'byRunUuid' },
    filters: {
      toolCallId: { test: 'equals', attribute: 'toolCallId' },
      // Int in the contract although the data is text: no client can filter with them. The plural ones work.
      toolType: { test: 'ignored', argument: 'Int' },
      name: { test: 'ignored', argument: 'Int' },
      toolTypes: { test: 'oneOf', attribute: 'toolType' },
      names: { test: 'oneOf', attribute: 'name' },
      // The contract's spelling, which clients may declare; it filters here. `statuses` is the same, spelled right.
      statues: { test: 'oneOf', attribute: 'status' },
      statuses: { test: 'oneOf', attribute: 'status' },
    },
  },
});
export type ToolCall = ItemOf<typeof toolCall>;
