import { engineText, jsonList, text } from './attribute.ts';
import { auditAttributes } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/** The kinds of wizards there are, and which attributes each takes. */
export const wizardSchema = defineEntity({
  name: 'wizardSchema',
  typeName: 'WizardSchema',
  table: 'wizard_schemas',
  scope: 'global',
  key: { hash: 'wizardSchemaType', range: 'wizardSchemaName', format: 'natural' },
  attributes: {
    wizardSchemaType: engineText,
    wizardSchemaName: engineText,
    wizardSchemaDescription: text.optional(),
    attributes: jsonList.default([], {
      shape: {
        name: { required: true },
        attribute_type: { required: true },
        required: { default: false },
        options: { default: [] },
        pattern: { default: '' },
        col: { default: '' },
        label: { default: '' },
        group_name: { default: '' },
      },
    }),
    attributeGroups: jsonList.default([], { shape: { name: { required: true }, label: { required: true } } }),
    ...auditAttributes,
  },
  indexes: { byUpdatedAt: { name: 'updated_at-index', kind: 'local', range: 'updatedAt' } },
  list: {
    index: 'byUpdatedAt',
    order: 'ascending',
    between: 'updatedAt',
    filters: { wizardSchemaName: { test: 'equals', attribute: 'wizardSchemaName' } },
  },
  nullString: true,
});
export type WizardSchema = ItemOf<typeof wizardSchema>;
