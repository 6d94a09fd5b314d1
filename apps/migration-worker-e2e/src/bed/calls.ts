import type { Call } from '@agent-engine/fault-bed';

/** Calls of an operation that name a table (with prefix); without one, any. */
export const isCall =
  (operation: string, table?: string) =>
  (call: Call): boolean =>
    call.operation === operation && (table === undefined || call.tables.includes(table));

/** Writes of the copy; those of the tail are transactions. */
export const isCopyTo =
  (table: string) =>
  ({ mutating, operation, tables }: Call): boolean =>
    mutating && operation !== 'TransactWriteItems' && tables.includes(table);
