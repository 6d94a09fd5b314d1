import { Random } from '../random.ts';
import type { Lineage, Shard } from './lineage.ts';
import type { StreamScript } from './stream-script.ts';

export interface DescribeInput {
  StreamArn: string;
  ExclusiveStartShardId?: string;
  Limit?: number;
  ShardFilter?: { Type: string; ShardId: string };
}

/** One page of DescribeStream. */
export function describedShards(lineage: Lineage, input: DescribeInput, script: StreamScript) {
  const { ExclusiveStartShardId: after, ShardFilter: filter, Limit = 100 } = input;
  const ordered = inOrder(lineage.shards, script).filter(({ gone }) => !gone);
  const all = filter ? ordered.filter(({ parent }) => parent === filter.ShardId) : ordered;
  const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const page = all.slice(start, start + Math.min(Limit, script.pageSize ?? 2));
  const last = page.at(-1);
  const more = last !== undefined && start + page.length < all.length;
  return {
    Shards: page.filter(isShown).map(description),
    LastEvaluatedShardId: more ? last.id : undefined,
  };
}

function isShown(shard: Shard): boolean {
  if (shard.hidden === 0) return true;
  shard.hidden--;
  return false;
}

function description({ id, parent, closed, startsAt, records }: Shard) {
  const last = records.at(-1)?.dynamodb.SequenceNumber ?? startsAt;
  return {
    ShardId: id,
    ParentShardId: parent,
    SequenceNumberRange: { StartingSequenceNumber: startsAt, ...(closed && { EndingSequenceNumber: last }) },
  };
}

/** An order that a new shard does not disturb behind the place a client has reached: pages miss nothing old. */
function inOrder(shards: readonly Shard[], { listing = 'childrenFirst', seed }: StreamScript): Shard[] {
  if (listing === 'inOrder') return [...shards];
  if (listing === 'childrenFirst') return shards.toReversed();
  const place = new Map(shards.map(({ id }) => [id, new Random(`${seed}:${id}`).next()]));
  return shards.toSorted((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
}
