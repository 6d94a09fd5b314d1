import type { Call } from './call.ts';
import { type Consumed, estimatedWriteUnits } from './consumed.ts';

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
 * charged after it, so that one large call can put a table into debt.
 */
export class CapacityMeter {
  private readonly buckets = new Map<string, Bucket>();
  private readonly options: SimulatedCapacity;
  /** Calls refused so far. */
  refused = 0;

  constructor(options: SimulatedCapacity) {
    this.options = options;
  }

  admits(call: Call): boolean {
    const exhausted = this.metered(call).some((table) => this.bucket(table, call).units <= 0);
    if (exhausted) this.refused++;
    return !exhausted;
  }

  charge(call: Call, consumed: readonly Consumed[], bodyBytes: number): void {
    const tables = this.metered(call);
    for (const table of tables) {
      const told = consumed.find(({ TableName }) => TableName === table)?.CapacityUnits;
      const units = told ?? (call.mutating ? estimatedWriteUnits(call, bodyBytes) / tables.length : 1);
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
