import type { BedOptions } from './migration-bed.ts';

/** One table of each way to move, and what they refer to: enough to go wrong, and quick. */
export const smallWorld = {
  rows: 220,
  tables: ['agents', 'threads', 'wizards', 'runs', 'messages', 'fine_tuning_messages'],
} satisfies Partial<BedOptions>;
