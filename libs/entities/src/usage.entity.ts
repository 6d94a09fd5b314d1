import { boolean, engineText, integer, text } from './attribute.ts';
import { partitionStamps } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/**
 * What one run has used, whatever came of it. `usageKey` is `<day the question was asked, UTC>#<threadUuid>#<runUuid>`:
 * written again, it is the same row, and the rows of some days are one range.
 */
export const usage = defineEntity({
  name: 'usage',
  typeName: 'Usage',
  table: 'usage',
  scope: 'row',
  key: { hash: 'partitionKey', range: 'usageKey', format: 'natural' },
  attributes: {
    ...partitionStamps,
    partitionKey: engineText,
    usageKey: text.required(),
    /** `YYYY-MM-DD` */
    day: text.required(),
    threadUuid: text.required(),
    runUuid: text.required(),
    agentUuid: text.optional(),
    userId: text.optional(),
    llmProvider: text.optional(),
    llmName: text.optional(),
    /** The model that answered, in the provider's words. */
    model: text.optional(),
    status: text.required(),
    steps: integer.default(0),
    promptTokens: integer.default(0),
    completionTokens: integer.default(0),
    totalTokens: integer.default(0),
    /** Part of the prompt's. */
    cachedTokens: integer.default(0),
    /** Part of the completion's. */
    reasoningTokens: integer.default(0),
    /** The provider did not report all of it: the rest is estimated from the lengths of the texts. */
    estimated: boolean.default(false),
  },
  indexes: {},
  list: {
    order: 'ascending',
    between: 'usageKey',
    filters: {
      agentUuid: { test: 'equals', attribute: 'agentUuid' },
      userId: { test: 'equals', attribute: 'userId' },
    },
  },
});
export type Usage = ItemOf<typeof usage>;
