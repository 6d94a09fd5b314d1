import { engineText, integer, text } from './attribute.ts';
import { partitionStamps } from './common.attributes.ts';
import { defineEntity, type ItemOf } from './definition.ts';

/**
 * What a run has asked for and what came of it, written once and never changed, so that another runner can go on.
 * `position` is `<run>#<name>#finished`, or `<run>#<name>#requested#<attempt>`, where the name tells the place in the
 * run (`step-000`, `step-000.call-001`).
 */
export const journalEntry = defineEntity({
  name: 'journalEntry',
  typeName: 'JournalEntry',
  table: 'run_journal',
  scope: 'child',
  key: { hash: 'threadUuid', range: 'position', format: 'natural' },
  attributes: {
    ...partitionStamps,
    threadUuid: engineText,
    position: text.required(),
    /** JSON, or a part of it: a row ends at 400 KB and what models and tools say does not. */
    content: text.optional(),
    /** How many rows hold the JSON: this one, written last, and `<run>#<name>#part#<attempt>#<number from 1>`. */
    parts: integer.optional(),
    /** Which attempt wrote them. */
    attempt: integer.optional(),
    expiresAt: integer.default(0),
  },
  indexes: {},
  list: { order: 'ascending', between: 'position' },
  ttl: 'expiresAt',
});
export type JournalEntry = ItemOf<typeof journalEntry>;
