import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Upstream } from '../proxy/upstream.ts';
import type { Lineage, StreamRecord } from './lineage.ts';

interface Description {
  StreamDescription: {
    StreamStatus?: string;
    Shards?: { ShardId: string }[];
    LastEvaluatedShardId?: string;
  };
}
interface Page {
  Records?: StreamRecord[];
  NextShardIterator?: string;
}

const ATTEMPTS = 8;
const TARGET = 'DynamoDBStreams_20120810.';

/** Moves what DynamoDB Local's stream has into a lineage, once each, in order. */
export class RealStream {
  private readonly arn: string;
  private readonly upstream: Upstream;
  private readonly lineage: Lineage;
  /** Where to read on in each shard; null: read to its end. */
  private readonly iterators = new Map<string, string | null>();
  /** Sequence number of the last record taken from each shard. */
  private readonly last = new Map<string, string>();
  private turn: Promise<void> = Promise.resolve();

  constructor(arn: string, upstream: Upstream, lineage: Lineage) {
    this.arn = arn;
    this.upstream = upstream;
    this.lineage = lineage;
  }

  /** Returns when everything that was in the stream at the time of the call is in the lineage. */
  pump(headers: IncomingHttpHeaders): Promise<void> {
    const work = this.turn.then(() => this.read(headers));
    this.turn = work.catch(() => undefined);
    return work;
  }

  private async read(headers: IncomingHttpHeaders): Promise<void> {
    const { ids, ended } = await this.shards(headers);
    for (const ShardId of ids) {
      let iterator = this.iterators.get(ShardId);
      if (iterator === undefined) iterator = await this.iterator(headers, ShardId);
      while (iterator !== null) {
        const page: Page = await this.page(headers, ShardId, iterator);
        iterator = page.NextShardIterator ?? null;
        this.iterators.set(ShardId, iterator);
        for (const record of page.Records ?? []) {
          this.lineage.append(record);
          this.last.set(ShardId, record.dynamodb.SequenceNumber);
        }
        if (page.Records?.length === 0) break;
      }
    }
    if (ended && ids.every((id) => this.iterators.get(id) === null)) this.lineage.end();
  }

  private async iterator(headers: IncomingHttpHeaders, ShardId: string): Promise<string> {
    const SequenceNumber = this.last.get(ShardId);
    const from =
      SequenceNumber === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber };
    const input = { StreamArn: this.arn, ShardId, ...from };
    const answer = await this.call<{ ShardIterator: string }>(headers, 'GetShardIterator', input);
    return answer.ShardIterator;
  }

  /**
   * A stream nobody asked about for 15 minutes is read on from its last record. And DynamoDB Local may call the
   * beginning of a shard trimmed that was empty when its iterator was given: a new one, a moment later, is not.
   */
  private async page(headers: IncomingHttpHeaders, shard: string, ShardIterator: string): Promise<Page> {
    for (let attempt = 1, iterator = ShardIterator; ; attempt++) {
      try {
        return await this.call(headers, 'GetRecords', { ShardIterator: iterator });
      } catch (error) {
        const again = error instanceof Error && /ExpiredIterator|TrimmedDataAccess/.test(error.message);
        if (!again || attempt === ATTEMPTS) throw error;
      }
      await delay(20 * attempt);
      iterator = await this.iterator(headers, shard);
    }
  }

  /** DynamoDB Local rolls its one shard now and then; it lists older ones first. */
  private async shards(headers: IncomingHttpHeaders): Promise<{ ids: string[]; ended: boolean }> {
    const ids: string[] = [];
    let last: string | undefined;
    let ended: boolean;
    do {
      const input = { StreamArn: this.arn, ...(last !== undefined && { ExclusiveStartShardId: last }) };
      const { StreamDescription } = await this.call<Description>(headers, 'DescribeStream', input);
      ids.push(...(StreamDescription.Shards ?? []).map(({ ShardId }) => ShardId));
      last = StreamDescription.LastEvaluatedShardId;
      ended = StreamDescription.StreamStatus === 'DISABLED';
    } while (last !== undefined);
    return { ids, ended };
  }

  private call<T>(headers: IncomingHttpHeaders, operation: string, input: object): Promise<T> {
    return this.upstream.call(headers, `${TARGET}${operation}`, input);
  }
}
