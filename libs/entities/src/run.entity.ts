import { engineText, integer, text } from './attribute.ts';
import { auditAttributes, partitionStamps } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/** One question of a thread and what answering it cost. `timeSpent` is in milliseconds. */
export const run = defineEntity({
  name: 'run',
  typeName: 'Run',
  table: 'runs',
  scope: 'child',
  key: { hash: 'threadUuid', range: 'runUuid', format: 'digits20' },
  attributes: {
    ...partitionStamps,
    threadUuid: engineText,
    runUuid: engineText,
    runId: text.optional(),
    completionTokens: integer.default(0),
    promptTokens: integer.default(0),
    totalTokens: integer.default(0),
    timeSpent: { ...integer.optional(), writable: false },
    ...auditAttributes,
  },
  indexes: { byUpdatedAt: { name: 'updated_at-index', kind: 'local', range: 'updatedAt' } },
  list: {
    index: 'byUpdatedAt',
    order: 'descending',
    between: 'updatedAt',
    filters: {
      runId: { test: 'equals', attribute: 'runId' },
      tokenType: {
        test: 'range',
        choose: 'tokenType',
        among: { completion: 'completionTokens', prompt: 'promptTokens', total: 'totalTokens' },
        below: 'greatToken',
        from: 'lessToken',
      },
    },
  },
});
export type Run = ItemOf<typeof run>;
