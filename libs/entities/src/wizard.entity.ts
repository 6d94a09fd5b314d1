import { engineText, integer, jsonList, text } from './attribute.ts';
import { auditAttributes, partitionAttributes } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/** A form: a schema filled with attributes, and references to its elements. */
export const wizard = defineEntity({
  name: 'wizard',
  typeName: 'Wizard',
  table: 'wizards',
  scope: 'partition',
  key: { hash: 'partitionKey', range: 'wizardUuid', format: 'digits20' },
  attributes: {
    ...partitionAttributes,
    wizardUuid: engineText,
    wizardTitle: text.required(),
    wizardDescription: text.optional(),
    wizardType: text.required(),
    wizardSchemaType: text.required(),
    wizardSchemaName: text.required(),
    wizardAttributes: jsonList.default([], {
      shape: { name: { required: true }, value: { required: true } },
    }),
    wizardElements: jsonList.default([], {
      shape: {
        element_uuid: { required: true },
        required: { default: false },
        placeholder: { optional: true },
      },
    }),
    priority: integer.default(0),
    ...auditAttributes,
  },
  indexes: { byUpdatedAt: { name: 'updated_at-index', kind: 'local', range: 'updatedAt' } },
  list: {
    index: 'byUpdatedAt',
    order: 'descending',
    between: 'updatedAt',
    filters: {
      wizardType: { test: 'equals', attribute: 'wizardType' },
      wizardTitle: { test: 'equals', attribute: 'wizardTitle' },
    },
  },
  nullString: true,
});
export type Wizard = ItemOf<typeof wizard>;
