import { engineText, jsonList, text } from './attribute.ts';
import { auditAttributes } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/** An element that an answer may place in the user's page. */
export const uiComponent = defineEntity({
  name: 'uiComponent',
  typeName: 'UIComponent',
  table: 'ui_components',
  scope: 'global',
  key: { hash: 'uiComponentType', range: 'uiComponentUuid', format: 'digits20' },
  attributes: {
    uiComponentType: engineText,
    uiComponentUuid: engineText,
    tagName: text.required(),
    parameters: jsonList.default([]),
    waitFor: text.optional(),
    ...auditAttributes,
  },
  indexes: { byUpdatedAt: { name: 'updated_at-index', kind: 'local', range: 'updatedAt' } },
  list: {
    index: 'byUpdatedAt',
    order: 'ascending',
    between: 'updatedAt',
    filters: { tagName: { test: 'contains', attribute: 'tagName' } },
  },
  nullString: true,
});
export type UiComponent = ItemOf<typeof uiComponent>;
