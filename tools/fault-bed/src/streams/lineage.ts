import { hashOf, Random } from '../random.ts';
import type { StreamScript } from './stream-script.ts';

export interface StreamRecord {
  dynamodb: { Keys: unknown; SequenceNumber: string };
}

export interface Shard {
  id: string;
  parent?: string;
  /** The part of the hash range of keys it takes: [from, to) of [0, 1). */
  from: number;
  to: number;
  records: StreamRecord[];
  /** How many of its first records are gone. */
  trimmed: number;
  /** Closed after this many. */
  quota: number;
  closed: boolean;
  /** No longer listed, not readable. */
  gone: boolean;
  /** Somebody was given the last of it. */
  readToEnd: boolean;
  /** Answers of DescribeStream that will still leave it out. */
  hidden: number;
  /** Of its first record, or what it began after. */
  startsAt: string;
}

/** A tree of shards that grows as records come: each closes when full and leaves one child or two. */
export class Lineage {
  /** In order of creation: parents before children. */
  readonly shards: Shard[] = [];
  private readonly random: Random;
  private readonly quota: number;
  private readonly openShards: number;
  private readonly hiddenParents: number;
  /** The highest sequence number there has been. */
  latest = '0';

  constructor(arn: string, script: StreamScript) {
    // A stream has its own shape, and a stream of another run the same one: labels are times.
    this.random = new Random(`${script.seed}:${arn.split('/')[1]}`);
    this.quota = script.recordsPerShard ?? 20;
    this.openShards = script.openShards ?? 4;
    this.hiddenParents = script.hiddenParents ?? 0;
    this.open(0, 1);
  }

  append(record: StreamRecord): void {
    const { Keys, SequenceNumber } = record.dynamodb;
    const place = hashOf(canonicalKey(Keys)) / 2 ** 32;
    const shard = this.shards.find(({ closed, from, to }) => !closed && from <= place && place < to);
    if (!shard) throw new Error('No open shard takes this key: the lineage has a hole.');
    if (shard.records.length === 0) shard.startsAt = SequenceNumber;
    shard.records.push(record);
    this.latest = SequenceNumber;
    if (shard.records.length >= shard.quota) this.close(shard);
  }

  /** The stream was disabled: nothing more can come. */
  end(): void {
    for (const shard of this.shards) shard.closed = true;
  }

  find(id: string): Shard | undefined {
    return this.shards.find((shard) => shard.id === id && !shard.gone);
  }

  private close(shard: Shard): void {
    shard.closed = true;
    shard.hidden = this.hiddenParents;
    const open = this.shards.filter(({ closed }) => !closed).length;
    const { id, from, to } = shard;
    if (open + 2 > this.openShards || this.random.chance(0.3)) {
      this.open(from, to, id);
    } else {
      const middle = from + (to - from) * (0.3 + 0.4 * this.random.next());
      this.open(from, middle, id);
      this.open(middle, to, id);
    }
  }

  private open(from: number, to: number, parent?: string): void {
    this.shards.push({
      id: `shardId-${String(this.shards.length).padStart(20, '0')}-${this.random.hex(8)}`,
      parent,
      from,
      to,
      records: [],
      trimmed: 0,
      quota: Math.max(1, Math.round(this.quota * (0.5 + this.random.next()))),
      closed: false,
      gone: false,
      readToEnd: false,
      hidden: 0,
      startsAt: this.latest,
    });
  }
}

/** The same for the same item, whatever order its key attributes come in. */
function canonicalKey(keys: unknown): string {
  return JSON.stringify(Object.entries(keys as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1)));
}
