import { engineText, integer, json, jsonList, text } from './attribute.ts';
import { auditAttributes, partitionStamps } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';
import { progressStatus } from './status.attributes.ts';

/** Work that clients poll: `initial` → `in_progress` → `completed` or `failed`. `timeSpent` is in milliseconds. */
export const asyncTask = defineEntity({
  name: 'asyncTask',
  typeName: 'AsyncTask',
  table: 'async_tasks',
  scope: 'row',
  key: { hash: 'functionName', range: 'asyncTaskUuid', format: 'digits20' },
  attributes: {
    ...partitionStamps,
    functionName: engineText,
    asyncTaskUuid: engineText,
    arguments: json.optional(),
    result: text.optional(),
    outputFiles: jsonList.default([]),
    status: progressStatus,
    notes: text.optional(),
    timeSpent: { ...integer.optional(), writable: false },
    ...auditAttributes,
  },
  indexes: {
    byPartition: {
      name: 'partition_key-updated_at-index',
      kind: 'global',
      hash: 'partitionKey',
      range: 'updatedAt',
    },
  },
  list: {
    index: 'byPartition',
    order: 'descending',
    filters: {
      statues: { test: 'oneOf', attribute: 'status' },
      statuses: { test: 'oneOf', attribute: 'status' },
    },
  },
  nullString: true,
});
export type AsyncTask = ItemOf<typeof asyncTask>;
