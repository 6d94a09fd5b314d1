import type { Call } from './call.ts';
import { type Consumed, entriesOf, estimatedWriteUnits } from './consumed.ts';
import type { Throttled } from './fault.ts';

export interface SimulatedCapacity {
  /** Units per second of each table; undefined: unlimited. */
  write?: number;
  read?: number;
  /** Seconds of unused capacity that can be used up at once; DynamoDB keeps up to 300. Default 1. */
  burstSeconds?: number;
  /** Which tables; default all. */
  tables?: (table: string) => boolean;
}

interface Bucket {
  units: number;
  at: number;
}

/**
 * Tables that can do so much and no more. As in DynamoDB a call is let in while anything is left, and what it took is
 * charged after it, so that one large call can put a table into debt; of a batch so many entries as units are left.
 */
export class CapacityMeter {
  private readonly buckets = new Map<string, Bucket>();
  private readonly options: SimulatedCapacity;
  /** Calls refused so far, whole or in part. */
  refused = 0;

  constructor(options: SimulatedCapacity) {
    this.options = options;
  }

  /** What there is no room for: all of the call, or the last entries of a batch. Undefined: nothing. */
  refuses(call: Call, bodyBytes: number): Throttled | undefined {
    const left = Math.min(...this.metered(call).map((table) => this.bucket(table, call).units));
    const entries = entriesOf(call);
    const each = call.mutating ? estimatedWriteUnits(call, bodyBytes) / entries : 1;
    const passes = left <= 0 ? 0 : Math.ceil(left / each);
    if (passes >= entries || (passes > 0 && !call.operation.startsWith('Batch'))) return undefined;
    this.refused++;
    return { kind: 'throttle', passes };
  }

  charge(call: Call, consumed: readonly Consumed[], bodyBytes: number, busy?: Throttled): void {
    const tables = this.metered(call);
    for (const table of tables) {
      const told = consumed.find(({ TableName }) => TableName === table)?.CapacityUnits;
      const units = told ?? (call.mutating ? estimatedWriteUnits(call, bodyBytes, busy) / tables.length : 1);
      this.bucket(table, call).units -= units;
    }
  }

  private metered({ service, tables, mutating }: Call): string[] {
    const limit = mutating ? this.options.write : this.options.read;
    if (service === 'streams' || limit === undefined) return [];
    return tables.filter((table) => this.options.tables?.(table) ?? true);
  }

  private bucket(table: string, { mutating }: Call): Bucket {
    const perSecond = (mutating ? this.options.write : this.options.read) ?? Infinity;
    const full = perSecond * (this.options.burstSeconds ?? 1);
    const now = performance.now();
    const key = `${mutating ? 'w' : 'r'}:${table}`;
    const bucket = this.buckets.get(key) ?? { units: full, at: now };
    bucket.units = Math.min(full, bucket.units + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.buckets.set(key, bucket);
    return bucket;
  }
}
