import { engineText, text } from './attribute.ts';
import { auditAttributes, partitionStamps } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/** What a user, the assistant or the system said in a thread. */
export const message = defineEntity({
  name: 'message',
  typeName: 'Message',
  table: 'messages',
  scope: 'child',
  key: { hash: 'threadUuid', range: 'messageUuid', format: 'digits20' },
  attributes: {
    ...partitionStamps,
    threadUuid: engineText,
    messageUuid: engineText,
    runUuid: text.required(),
    messageId: text.optional(),
    role: text.required(),
    message: text.required(),
    ...auditAttributes,
  },
  indexes: {
    byRunUuid: { name: 'run_uuid-index', kind: 'local', range: 'runUuid' },
    byUpdatedAt: { name: 'updated_at-index', kind: 'local', range: 'updatedAt' },
  },
  list: {
    index: 'byUpdatedAt',
    order: 'ascending',
    between: 'updatedAt',
    selectors: { runUuid: 'byRunUuid' },
    filters: {
      messageId: { test: 'equals', attribute: 'messageId' },
      roles: { test: 'oneOf', attribute: 'role' },
    },
  },
});
export type Message = ItemOf<typeof message>;
