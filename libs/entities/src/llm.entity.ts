import { engineText, json, text } from './attribute.ts';
import { auditAttributes } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/** A model of a provider, and the handler that speaks to it. */
export const llm = defineEntity({
  name: 'llm',
  typeName: 'Llm',
  table: 'llms',
  scope: 'global',
  key: { hash: 'llmProvider', range: 'llmName', format: 'natural' },
  attributes: {
    llmProvider: engineText,
    llmName: engineText,
    moduleName: text.required(),
    className: text.required(),
    configurationSchema: json.default({}),
    ...auditAttributes,
  },
  indexes: { byUpdatedAt: { name: 'updated_at-index', kind: 'local', range: 'updatedAt' } },
  list: {
    index: 'byUpdatedAt',
    order: 'ascending',
    between: 'updatedAt',
    filters: {
      moduleName: { test: 'equals', attribute: 'moduleName' },
      className: { test: 'equals', attribute: 'className' },
    },
  },
  nullString: true,
});
export type Llm = ItemOf<typeof llm>;
