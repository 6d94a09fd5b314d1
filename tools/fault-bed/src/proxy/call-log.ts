import type { Call } from './call.ts';
import type { Consumed } from './consumed.ts';
import type { FaultKind } from './fault.ts';

export interface CallRecord {
  n: number;
  operation: string;
  tables: readonly string[];
  mutating: boolean;
  fault?: FaultKind | 'capacity';
  /** Of the answer; undefined while there is none, or when the client got none. */
  status?: number;
  consumed?: number;
}

/** What has passed: sums of everything, and the last calls themselves. */
export class CallLog {
  /** The last calls, oldest first. */
  readonly last: CallRecord[] = [];
  /** How many of each operation. */
  readonly operations: Record<string, number> = {};
  readonly faults: Record<string, number> = {};
  /** Units per table as the answers said, of calls that asked. */
  readonly consumed: Record<string, { read: number; write: number }> = {};
  mutations = 0;
  count = 0;
  private readonly keep: number;

  constructor(keep: number) {
    this.keep = keep;
  }

  add({ n, operation, tables, mutating }: Call): CallRecord {
    const record: CallRecord = { n, operation, tables, mutating };
    this.count++;
    this.operations[operation] = (this.operations[operation] ?? 0) + 1;
    if (mutating) this.mutations++;
    this.last.push(record);
    if (this.last.length > this.keep * 2) this.last.splice(0, this.keep);
    return record;
  }

  fault(record: CallRecord, kind: FaultKind | 'capacity'): void {
    record.fault = kind;
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
  }

  answered(record: CallRecord, status: number, consumed: readonly Consumed[]): void {
    record.status = status;
    for (const { TableName = '', CapacityUnits = 0 } of consumed) {
      const sum = (this.consumed[TableName] ??= { read: 0, write: 0 });
      sum[record.mutating ? 'write' : 'read'] += CapacityUnits;
      record.consumed = (record.consumed ?? 0) + CapacityUnits;
    }
  }
}
