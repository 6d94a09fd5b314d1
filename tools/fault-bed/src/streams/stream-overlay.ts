import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, errorAnswer, jsonAnswer, withBody } from '../proxy/answer.ts';
import { type Call, tableOfStream } from '../proxy/call.ts';
import type { Upstream } from '../proxy/upstream.ts';
import { Random } from '../random.ts';
import { describedShards, type DescribeInput } from './described-shards.ts';
import { iteratorText, type Place, readIterator } from './iterator.ts';
import { Lineage, type Shard } from './lineage.ts';
import { RealStream } from './real-stream.ts';
import { positionOf, type ShardIteratorInput } from './shard-position.ts';
import type { StreamScript } from './stream-script.ts';

export type { StreamScript } from './stream-script.ts';

interface Overlaid {
  /** Of the last call: they name the database. */
  headers: IncomingHttpHeaders;
  lineage: Lineage;
  real: RealStream;
}

const trimmedData = () =>
  errorAnswer(
    'TrimmedDataAccessException',
    'The operation attempted to read past the oldest stream record in a shard.',
  );
const noShard = () =>
  errorAnswer('ResourceNotFoundException', 'Requested resource not found: Shard does not exist');

/** Answers the calls of DynamoDB Streams in place of DynamoDB Local: its records, in shards as scripted. */
export class StreamOverlay {
  private readonly streams = new Map<string, Overlaid>();
  private readonly upstream: Upstream;
  private readonly script: StreamScript;
  private readonly random: Random;
  /** Shards that somebody began to read while their parent, still there, had never been read to its end. */
  readonly readTooEarly: string[] = [];
  private generation = 0;

  constructor(upstream: Upstream, script: StreamScript) {
    this.upstream = upstream;
    this.script = script;
    this.random = new Random(`${script.seed}:answers`);
  }

  /** @returns undefined for what DynamoDB Local shall answer itself */
  async answer(call: Call, headers: IncomingHttpHeaders, body: Buffer): Promise<Answer | undefined> {
    if (call.service !== 'streams') return undefined;
    switch (call.operation) {
      case 'DescribeStream':
        return this.describe(call.request as unknown as DescribeInput, headers, body);
      case 'GetShardIterator':
        return this.shardIterator(call.request as unknown as ShardIteratorInput, headers);
      case 'GetRecords': {
        const place = readIterator(call.request.ShardIterator);
        return place && this.records(place, (call.request.Limit as number | undefined) ?? 1000, headers);
      }
      default:
        return undefined;
    }
  }

  /** The shards so far of a table's streams, all of them, in order of creation. */
  shardsOf(table: string): Shard[] {
    return this.of(table).flatMap(({ lineage }) => lineage.shards);
  }

  /** Takes in what the table's streams have by now; otherwise that happens when somebody asks for it. */
  async refresh(table: string): Promise<void> {
    await Promise.all(this.of(table).map(({ real, headers }) => real.pump(headers)));
  }

  /** As after 24 hours: everything in the streams of the table so far is gone, closed shards with it. */
  async trim(table: string): Promise<void> {
    await this.refresh(table);
    for (const { lineage } of this.of(table)) {
      for (const shard of lineage.shards) {
        shard.trimmed = shard.records.length;
        shard.gone = shard.closed;
      }
    }
  }

  /** A closed shard is no longer there; readers that were not done with it have lost its records. */
  vanish(shard: Shard): void {
    shard.gone = true;
  }

  /** All iterators given so far are too old. */
  expireIterators(): void {
    this.generation++;
  }

  private of(table: string): Overlaid[] {
    return [...this.streams].flatMap(([arn, stream]) => (tableOfStream(arn) === table ? [stream] : []));
  }

  private async stream(arn: string, headers: IncomingHttpHeaders): Promise<Overlaid> {
    let stream = this.streams.get(arn);
    if (!stream) {
      const lineage = new Lineage(arn, this.script);
      stream = { headers, lineage, real: new RealStream(arn, this.upstream, lineage) };
      this.streams.set(arn, stream);
    }
    stream.headers = headers;
    await stream.real.pump(headers);
    return stream;
  }

  private async describe(input: DescribeInput, headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    const answer = await this.upstream.send(headers, withoutPlace(input, body));
    if (answer.status !== 200) return answer;
    const { lineage } = await this.stream(input.StreamArn, headers);
    const { StreamDescription } = JSON.parse(answer.body.toString()) as { StreamDescription: object };
    const listed = describedShards(lineage, input, this.script);
    return withBody(answer, { StreamDescription: { ...StreamDescription, ...listed } });
  }

  private async shardIterator(input: ShardIteratorInput, headers: IncomingHttpHeaders): Promise<Answer> {
    const { lineage } = await this.stream(input.StreamArn, headers);
    const shard = lineage.find(input.ShardId);
    if (!shard) return noShard();
    const parent = shard.parent === undefined ? undefined : lineage.find(shard.parent);
    if (parent && !parent.readToEnd) this.readTooEarly.push(shard.id);
    const position = positionOf(shard, input, lineage.latest);
    if (position === 'unknown') {
      return errorAnswer('ValidationException', `Invalid SequenceNumber: ${input.SequenceNumber}`);
    }
    if (position < shard.trimmed) return trimmedData();
    const { generation } = this;
    return jsonAnswer({
      ShardIterator: iteratorText({ arn: input.StreamArn, shard: shard.id, position, generation }),
    });
  }

  private async records(place: Place, limit: number, headers: IncomingHttpHeaders): Promise<Answer> {
    if (place.generation < this.generation) {
      return errorAnswer('ExpiredIteratorException', 'Iterator expired.');
    }
    const { lineage } = await this.stream(place.arn, headers);
    const shard = lineage.find(place.shard);
    if (!shard || place.position < shard.trimmed) return trimmedData();
    const { emptyPages = 0.1, redelivered = 0 } = this.script;
    let { position } = place;
    let Records: unknown[] = [];
    if (position >= shard.records.length || !this.random.chance(emptyPages)) {
      const again = this.random.chance(redelivered) ? this.random.int(1, 6) : 0;
      const from = Math.max(shard.trimmed, position - again);
      // Half of the time only some of it, and nothing after: what was late is then the last that is heard of a row.
      const to = again > 0 && this.random.chance(0.5) ? this.random.int(from, position) + 1 : from + limit;
      Records = shard.records.slice(from, to);
      position = Math.max(position, from + Records.length);
    }
    const ended = shard.closed && position >= shard.records.length;
    shard.readToEnd ||= ended;
    const NextShardIterator = ended ? undefined : iteratorText({ ...place, position });
    return jsonAnswer({ Records, NextShardIterator });
  }
}

/** Places in the listing are the overlay's own: DynamoDB Local does not know them. */
function withoutPlace(input: DescribeInput, body: Buffer): Buffer {
  if (input.ExclusiveStartShardId === undefined && input.ShardFilter === undefined) return body;
  return Buffer.from(JSON.stringify({ StreamArn: input.StreamArn }));
}
