import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { deleteItem, itemsOf, putItem } from './control-items.ts';
import type { ControlTable } from './control-table.ts';
import { LEASE_MS } from './unit-lease.ts';
import { isDead } from './worker-identity.ts';

/** What a worker says of itself, every second or so. */
export interface WorkerReport {
  id: string;
  beat: number;
  command: string;
  /** Capacity units used in the last seconds, per second. */
  writeRate: number;
  readRate: number;
  /** Why it is not faster. */
  throttleReason: string;
  /** Rows copied and events applied per second, by table. */
  rates: Record<string, number>;
  /** Of them the rows copied, and how far their rate may be from its mean: twice its standard error. */
  copyRates: Record<string, { mean: number; error: number }>;
}

const prefix = 'worker#';

/** Who works on this migration, by what this process has itself seen of them: clocks of others do not matter. */
export class WorkerRegistry {
  private readonly table: ControlTable;
  private readonly seen = new Map<string, { beat: number; at: number }>();

  constructor(table: ControlTable) {
    this.table = table;
  }

  async report(report: WorkerReport): Promise<void> {
    await putItem(this.table, prefix + report.id, marshall(report));
  }

  async leave(id: string): Promise<void> {
    await deleteItem(this.table, prefix + id);
  }

  /** Reports of workers that are alive; those of the dead are removed. */
  async living(): Promise<WorkerReport[]> {
    const now = performance.now();
    const living: WorkerReport[] = [];
    for await (const item of itemsOf(this.table, prefix)) {
      const { migration_id: _id, item: _item, ...content } = unmarshall(item);
      // Of a worker of an older release, too.
      const report = { copyRates: {}, ...content } as WorkerReport;
      const before = this.seen.get(report.id);
      if (before?.beat !== report.beat) this.seen.set(report.id, { beat: report.beat, at: now });
      else if (now - before.at > LEASE_MS) {
        await this.leave(report.id);
        continue;
      }
      if (isDead(report.id)) await this.leave(report.id);
      else living.push(report);
    }
    return living;
  }
}
