import { boolean, engineText, integer, text } from './attribute.ts';
import { auditAttributes, partitionStamps } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/** `waiting`: for a person. The last three are final. */
export const RUN_STATUSES = ['queued', 'running', 'waiting', 'completed', 'failed', 'cancelled'] as const;

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
    /** Part of the prompt's and of the completion's tokens; null in rows from before they were counted. */
    cachedTokens: { ...integer.optional(), writable: false },
    reasoningTokens: { ...integer.optional(), writable: false },
    /** The provider has not reported all of it. */
    usageEstimated: { ...boolean.optional(), writable: false },
    timeSpent: { ...integer.optional(), writable: false },
    /** Null in rows that no question has made, and in those of older engines. */
    status: { ...text.optional({ oneOf: RUN_STATUSES }), writable: false },
    /** Why the model stopped, of a completed run: `stop`, or `length` for an answer that is cut off. */
    finishReason: { ...text.optional(), writable: false },
    /** The model that answered, in its provider's words. */
    model: { ...text.optional(), writable: false },
    /** How many runners have worked on it, one after the other. */
    attempts: { ...integer.optional(), writable: false },
    /** Of a run that failed or was cancelled: the code its task's notes begin with. */
    errorCode: { ...text.optional(), writable: false },
    /** What clients poll. */
    asyncTaskUuid: { ...text.optional(), writable: false },
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
