import { engineText, integer, text } from './attribute.ts';
import { partitionStamps } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/**
 * Consecutive frames of one run as they were streamed, for a client that lost its socket. `position` is
 * `<runUuid>#<seq of the last frame, 12 digits>`, so that what follows a frame is one range; `frames` is JSON.
 */
export const frameBatch = defineEntity({
  name: 'frameBatch',
  typeName: 'FrameBatch',
  table: 'frame_batches',
  scope: 'child',
  key: { hash: 'threadUuid', range: 'position', format: 'natural' },
  attributes: {
    ...partitionStamps,
    threadUuid: engineText,
    position: text.required(),
    frames: text.required(),
    expiresAt: integer.default(0),
  },
  indexes: {},
  list: { order: 'ascending', between: 'position' },
  ttl: 'expiresAt',
});
export type FrameBatch = ItemOf<typeof frameBatch>;
