import { boolean, engineText, float, integer, jsonList, text, timestamp } from './attribute.ts';
import { auditAttributes, partitionStamps } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

const { updatedBy, updatedSubject } = auditAttributes;

/** A message kept to train a model of an agent. `timestamp` is in unix seconds. */
export const fineTuningMessage = defineEntity({
  name: 'fineTuningMessage',
  typeName: 'FineTuningMessage',
  table: 'fine_tuning_messages',
  scope: 'row',
  key: { hash: 'agentUuid', range: 'messageUuid', format: 'natural' },
  attributes: {
    ...partitionStamps,
    agentUuid: engineText,
    messageUuid: engineText,
    threadUuid: text.required(),
    timestamp: { ...integer.required(), writable: false },
    role: text.required(),
    toolCalls: jsonList.optional(),
    toolCallUuid: text.optional(),
    content: text.optional(),
    weight: float.default(0),
    trained: boolean.default(false),
    updatedBy,
    updatedSubject,
    updatedAt: timestamp,
  },
  indexes: {
    byThreadUuid: { name: 'thread_uuid-index', kind: 'local', range: 'threadUuid' },
    byTimestamp: { name: 'timestamp-index', kind: 'local', range: 'timestamp' },
  },
  list: {
    order: 'ascending',
    between: 'timestamp',
    bounds: { index: 'byTimestamp', from: 'fromDate', to: 'toDate' },
    selectors: { threadUuid: 'byThreadUuid' },
    filters: {
      roles: { test: 'oneOf', attribute: 'role' },
      trained: { test: 'equals', attribute: 'trained' },
    },
  },
});
export type FineTuningMessage = ItemOf<typeof fineTuningMessage>;
