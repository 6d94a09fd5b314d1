import { engineText, integer, jsonList, text } from './attribute.ts';
import { auditAttributes, partitionAttributes } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/** A question of a form, shared by the wizards that refer to it. */
export const element = defineEntity({
  name: 'element',
  typeName: 'Element',
  table: 'elements',
  scope: 'partition',
  key: { hash: 'partitionKey', range: 'elementUuid', format: 'digits20' },
  attributes: {
    ...partitionAttributes,
    elementUuid: engineText,
    dataType: text.required(),
    elementTitle: text.required(),
    priority: integer.default(0),
    attributeName: text.required(),
    attributeType: text.required(),
    optionValues: jsonList.default([]),
    conditions: jsonList.default([]),
    pattern: text.default(''),
    ...auditAttributes,
  },
  indexes: {
    byDataType: { name: 'data_type-index', kind: 'local', range: 'dataType' },
    byUpdatedAt: { name: 'updated_at-index', kind: 'local', range: 'updatedAt' },
  },
  list: {
    index: 'byUpdatedAt',
    order: 'descending',
    between: 'updatedAt',
    selectors: { dataType: 'byDataType' },
    filters: { attributeName: { test: 'equals', attribute: 'attributeName' } },
  },
  nullString: true,
});
export type Element = ItemOf<typeof element>;
