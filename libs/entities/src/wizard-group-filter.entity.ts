import { engineText, integer, json, text } from './attribute.ts';
import { auditAttributes, partitionAttributes } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/** Which wizard group a visitor gets. Criteria are kept for those who evaluate them. */
export const wizardGroupFilter = defineEntity({
  name: 'wizardGroupFilter',
  typeName: 'WizardGroupFilter',
  table: 'wizard_group_filters',
  scope: 'partition',
  key: { hash: 'partitionKey', range: 'wizardGroupFilterUuid', format: 'digits20' },
  attributes: {
    ...partitionAttributes,
    wizardGroupFilterUuid: engineText,
    wizardGroupFilterName: text.required(),
    wizardGroupFilterDescription: text.optional(),
    region: text.required(),
    criteria: json.default({}),
    weight: integer.default(0),
    wizardGroupUuid: text.optional(),
    ...auditAttributes,
  },
  indexes: { byUpdatedAt: { name: 'updated_at-index', kind: 'local', range: 'updatedAt' } },
  list: {
    index: 'byUpdatedAt',
    order: 'descending',
    between: 'updatedAt',
    filters: {
      wizardGroupFilterName: { test: 'equals', attribute: 'wizardGroupFilterName' },
      region: { test: 'equals', attribute: 'region' },
      wizardGroupUuid: { test: 'equals', attribute: 'wizardGroupUuid' },
    },
  },
  nullString: true,
});
export type WizardGroupFilter = ItemOf<typeof wizardGroupFilter>;
