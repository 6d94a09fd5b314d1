import type { EntityDefinition } from './definition.ts';
import { frameBatch } from './frame-batch.entity.ts';
import { journalEntry } from './journal-entry.entity.ts';
import { runState } from './run-state.entity.ts';
import { usage } from './usage.entity.ts';

/**
 * Entities of the engine's own, beside those of the contract: their tables are made and expire like any other, and
 * nothing lists, migrates or suffixes them. None has scope `partition`, which would give its table the tenant suffix.
 */
export const internalEntities: readonly EntityDefinition[] = [frameBatch, journalEntry, runState, usage];
