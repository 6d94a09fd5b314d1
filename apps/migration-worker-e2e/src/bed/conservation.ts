import type { MigrationStatus } from './migration-status.ts';

/** Rows and events that are not accounted for, table by table. */
export function unaccounted({ tables }: MigrationStatus): string[] {
  return Object.entries(tables).flatMap(
    ([table, { scanned, inserted, present, quarantined, filtered, events }]) => {
      const rows = scanned - inserted - present - quarantined - filtered;
      const records = events.seen - events.applied - events.superseded - events.quarantined;
      return rows === 0 && records === 0 ? [] : [`${table}: ${rows} rows, ${records} events`];
    },
  );
}
