import { engineText, integer, text, textList } from './attribute.ts';
import { auditAttributes, partitionAttributes } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/** Wizards that are shown together, in this order. */
export const wizardGroup = defineEntity({
  name: 'wizardGroup',
  typeName: 'WizardGroup',
  table: 'wizard_groups',
  scope: 'partition',
  key: { hash: 'partitionKey', range: 'wizardGroupUuid', format: 'digits20' },
  attributes: {
    ...partitionAttributes,
    wizardGroupUuid: engineText,
    wizardGroupName: text.required(),
    wizardGroupDescription: text.optional(),
    weight: integer.default(0),
    wizardUuids: textList.default([]),
    ...auditAttributes,
  },
  indexes: { byUpdatedAt: { name: 'updated_at-index', kind: 'local', range: 'updatedAt' } },
  list: {
    index: 'byUpdatedAt',
    order: 'descending',
    between: 'updatedAt',
    filters: { wizardGroupName: { test: 'equals', attribute: 'wizardGroupName' } },
  },
  nullString: true,
});
export type WizardGroup = ItemOf<typeof wizardGroup>;
