import { boolean, engineText, integer, text } from './attribute.ts';
import { partitionStamps } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/** Who works on a run, and who wishes it to end. Changes with every heartbeat, which is why it is not the run itself. */
export const runState = defineEntity({
  name: 'runState',
  typeName: 'RunState',
  table: 'run_states',
  scope: 'child',
  key: { hash: 'threadUuid', range: 'runUuid', format: 'natural' },
  attributes: {
    ...partitionStamps,
    threadUuid: engineText,
    runUuid: text.required(),
    /** The attempt that holds the run, under a name of its own. */
    leaseOwner: text.optional(),
    /** Milliseconds since 1970; 0: nobody holds it. */
    leaseUntil: integer.default(0),
    /** How often a runner has begun to work on it. */
    attempts: integer.default(0),
    /** Milliseconds that all attempts together have worked on it: the deadline does not count time without a runner. */
    workedMs: integer.default(0),
    /** `asked` by a caller; or the socket that wanted the answer is `gone`, which a run may be told to ignore. */
    cancelled: text.optional({ oneOf: ['asked', 'gone'] }),
    /** The run is over and the client has been told how it ended. */
    isTold: boolean.default(false),
    expiresAt: integer.default(0),
  },
  indexes: {},
  list: { order: 'ascending' },
  ttl: 'expiresAt',
});
export type RunState = ItemOf<typeof runState>;
