/** The part of `status --json` that specs read. */
export interface MigrationStatus {
  state: string;
  epoch: number;
  quarantine: number;
  tables: Record<
    string,
    {
      kind: 'rekey' | 'backfill' | 'global';
      scanned: number;
      inserted: number;
      present: number;
      quarantined: number;
      filtered: number;
      events: { seen: number; applied: number; superseded: number; quarantined: number };
    }
  >;
  throttle: { write: number; read: number; reason: string };
  cutover: { writeGapMs: number | null };
  rollback: { status: 'none' | 'lossless' | 'lossy'; reasons: string[] };
}
