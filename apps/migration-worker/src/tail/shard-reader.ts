import {
  type _Record as StreamRecord,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ResourceNotFoundException,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import type { ChangeEvent } from '@agent-engine/migration-core';
import { patiently } from '../database/call.ts';
import { StreamGap } from '../migration-error.ts';
import { streamImage } from './stream-image.ts';

export interface ShardPlace {
  streams: DynamoDBStreamsClient;
  table: string;
  arn: string;
  shard: string;
  /** Everything up to here has been dealt with. */
  position?: string;
  /** When the event at `position` happened, in ms. */
  positionAt?: number;
  /** At this time, in ms, nothing was left to read. */
  tipAt?: number;
}

export interface ShardEvent extends ChangeEvent {
  sequenceNumber: string;
  /** To the second, in ms; DynamoDB Local: to the minute. */
  createdAt: number;
}

export interface ShardBatch {
  events: ShardEvent[];
  /** Nothing more was there when this was read. */
  atTip: boolean;
  /** The shard is closed and this was the last of it. */
  end: boolean;
  /** When the read was sent, on the monotonic clock. */
  sentAt: number;
}

const PAGE = 1_000;
const RETENTION_MS = 24 * 3_600_000;
const RETENTION_MARGIN_MS = 2 * 3_600_000;
/** DynamoDB Local may call the beginning of a young shard trimmed; it gets over that. */
const YOUNG_SHARD_TRIES = 5;

/** Reads one shard from a position on, in order. Iterators that have expired are taken again from the position. */
export class ShardReader {
  private readonly place: ShardPlace;
  private iterator: string | undefined;
  private position: string | undefined;
  private tries = 0;

  constructor(place: ShardPlace) {
    this.place = place;
    this.position = place.position;
  }

  /** @throws StreamGap when what comes next has been trimmed */
  async read(): Promise<ShardBatch> {
    for (;;) {
      const iterator = this.iterator ?? (await this.open());
      const sentAt = performance.now();
      try {
        const { Records = [], NextShardIterator } = await patiently(() =>
          this.place.streams.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: PAGE })),
        );
        const events = Records.map(eventOf);
        this.tries = 0;
        this.iterator = NextShardIterator;
        this.position = events.at(-1)?.sequenceNumber ?? this.position;
        return {
          events,
          atTip: Records.length === 0,
          end: NextShardIterator === undefined,
          sentAt,
        };
      } catch (error) {
        const again = error instanceof ExpiredIteratorException || this.isYoung(error);
        if (!again) throw this.explained(error);
        this.iterator = undefined;
      }
    }
  }

  private async open(): Promise<string> {
    const { streams, arn, shard, positionAt, tipAt } = this.place;
    const at = (from: string | undefined) =>
      patiently(() =>
        streams.send(
          new GetShardIteratorCommand({
            StreamArn: arn,
            ShardId: shard,
            ...(from === undefined
              ? { ShardIteratorType: 'TRIM_HORIZON' }
              : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: from }),
          }),
        ),
      );
    try {
      const { ShardIterator } = await at(this.position);
      if (ShardIterator) return ShardIterator;
      throw new StreamGap(this.place.table, `shard ${shard} gives no iterator`);
    } catch (error) {
      // An old event that was the last one for long is trimmed without loss: its successors are all still there.
      const idle = isOld(positionAt) && tipAt !== undefined && !isOld(tipAt);
      if (!(error instanceof TrimmedDataAccessException) || this.position === undefined || !idle)
        throw this.explained(error);
      const { ShardIterator } = await at(undefined);
      if (ShardIterator) return ShardIterator;
      throw this.explained(error);
    }
  }

  private isYoung(error: unknown): boolean {
    const { tipAt } = this.place;
    const young = this.position === undefined && tipAt !== undefined && !isOld(tipAt);
    return error instanceof TrimmedDataAccessException && young && ++this.tries <= YOUNG_SHARD_TRIES;
  }

  private explained(error: unknown): unknown {
    const { table, shard } = this.place;
    if (error instanceof TrimmedDataAccessException)
      return new StreamGap(
        table,
        `events of shard ${shard} after ${this.position ?? 'its beginning'} were trimmed`,
      );
    if (error instanceof ResourceNotFoundException)
      return new StreamGap(table, `shard ${shard} is gone before it was read to its end`);
    return error;
  }
}

const isOld = (at: number | undefined): boolean =>
  at === undefined || Date.now() - at > RETENTION_MS - RETENTION_MARGIN_MS;

function eventOf({ dynamodb }: StreamRecord): ShardEvent {
  const sequenceNumber = dynamodb?.SequenceNumber;
  if (sequenceNumber === undefined) throw new Error('A stream record has no sequence number.');
  return {
    sequenceNumber,
    old: dynamodb?.OldImage && streamImage(dynamodb.OldImage),
    new: dynamodb?.NewImage && streamImage(dynamodb.NewImage),
    createdAt: dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0,
  };
}
